import { ACCOUNT_NAME, PASSWORD_LENGTH, ROLES } from '@renderdeck/domain';
import { z } from 'zod';

export const roleSchema = z.enum(ROLES, { error: 'A role is viewer, submitter or admin.' });
const USER_NAME =
  'A user name has 1 to 64 letters, digits, spaces or . _ @ -, starts with a letter or digit ' +
  'and ends with no space.';
/**
 * Without `regex`: the OpenAPI document would contain a pattern that many validators read without
 * Unicode.
 */
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

export const userSchema = z.object({ name: z.string(), role: roleSchema });
export type WireUser = z.infer<typeof userSchema>;
/** A user that the examples show. */
export const exampleUser: WireUser = { name: 'ada', role: 'admin' };
