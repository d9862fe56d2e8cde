import { ACCOUNT_NAME, PASSWORD_LENGTH, ROLES } from '@renderdeck/domain';
import { z } from 'zod';
import { instantSchema } from '../instant.ts';
import { isStorable, NOT_STORABLE } from '../storable.ts';

export const roleSchema = z.enum(ROLES, { error: 'A role is viewer, submitter or admin.' });
const USER_NAME =
  'A user name has 1 to 64 letters, digits, spaces or . _ @ -, starts with a letter or digit ' +
  'and ends with no space.';
/** No `regex`: the document would hold a pattern that many validators read without Unicode. */
export const userNameSchema = z
  .string({ error: 'A user name is text.' })
  .refine((name) => ACCOUNT_NAME.test(name), { error: USER_NAME });
export const newPasswordSchema = z
  .string({ error: 'A password is text.' })
  .min(PASSWORD_LENGTH.min, {
    error: `A password has at least ${PASSWORD_LENGTH.min} characters.`,
  })
  .max(PASSWORD_LENGTH.max, {
    error: `A password has at most ${PASSWORD_LENGTH.max} characters.`,
  });

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
export const changePasswordInput = z.object({
  current: z
    .string({ error: 'current is missing.' })
    .min(1, { error: 'current is empty.' })
    .max(256, { error: 'current is too long.' }),
  next: newPasswordSchema,
});
export type ChangePasswordInput = z.infer<typeof changePasswordInput>;
export const userSchema = z.object({ name: z.string(), role: roleSchema });
export type WireUser = z.infer<typeof userSchema>;
export const loginOutput = z.object({ user: userSchema });

export const meOutput = z.object({
  user: userSchema,
  /** What the page may offer; the server decides each time again. */
  can: z.object({
    stop: z.boolean(),
    prioritise: z.boolean(),
    submit: z.boolean(),
    access: z.boolean(),
    auditAll: z.boolean(),
  }),
  /** Whom to ask: the names of admins. */
  admins: z.array(z.string()),
  /** How long an ended job is kept; null: for ever. */
  keepJobsDays: z.number().nullable(),
  serverTime: instantSchema,
  /**
   * When this session ends if nothing is done; `renewable`: a request moves that. Null for a token.
   */
  session: z.object({ endsAt: instantSchema, renewable: z.boolean() }).nullable(),
  /** Identifies the page that this server serves now; null where it serves none. */
  build: z.string().nullable(),
});
export type MeOutput = z.infer<typeof meOutput>;
