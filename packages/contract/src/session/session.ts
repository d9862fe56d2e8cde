import { ROLES } from '@renderdeck/domain';
import { z } from 'zod';
import { instant } from '../instant.ts';
import { isStorable, NOT_STORABLE } from '../storable.ts';

export const role = z.enum(ROLES, { error: 'A role is viewer, submitter or admin.' });
export const userName = z
  .string({ error: 'A user name is text.' })
  .regex(/^[\p{L}\p{N}](?:[\p{L}\p{N}._@ -]{0,62}[\p{L}\p{N}._@-])?$/u, {
    error:
      'A user name has 1 to 64 letters, digits, spaces or . _ @ -, starts with a letter or digit and ends with no space.',
  });
export const newPassword = z
  .string({ error: 'A password is text.' })
  .min(12, { error: 'A password has at least 12 characters.' })
  .max(256, { error: 'A password has at most 256 characters.' });

export const loginInput = z.object({
  username: z
    .string({ error: 'username is missing.' })
    .min(1, { error: 'username is empty.' })
    .max(256, { error: 'username is too long.' })
    .refine(isStorable, { error: NOT_STORABLE }),
  password: z
    .string({ error: 'password is missing.' })
    .min(1, { error: 'password is empty.' })
    .max(256, { error: 'password is too long.' }),
});
export type LoginInput = z.infer<typeof loginInput>;
export const user = z.object({ name: z.string(), role });
export type WireUser = z.infer<typeof user>;
export const loginOutput = z.object({ user });

export const meOutput = z.object({
  user,
  /** What the page may offer; the server decides each time anew. */
  can: z.object({
    stop: z.boolean(),
    prioritise: z.boolean(),
    submit: z.boolean(),
    access: z.boolean(),
    auditAll: z.boolean(),
  }),
  /** Whom to ask: the names of admins. */
  admins: z.array(z.string()),
  serverTime: instant,
});
export type MeOutput = z.infer<typeof meOutput>;
