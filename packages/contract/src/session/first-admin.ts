import { z } from 'zod';
import { newPassword, userName } from './session.ts';

/** What userName lets through, as a setting: another could sign in and never be changed. Its sentence goes on behind the setting's name. */
export const firstAdminName = z.string().refine((name) => userName.safeParse(name).success, {
  error:
    'has 1 to 64 letters, digits, spaces or . _ @ -, a letter or digit first and no space last',
});

/** What newPassword lets through, likewise. */
export const firstAdminPassword = z
  .string()
  .min(newPassword.minLength ?? 0, { error: `has ${newPassword.minLength} characters or more` })
  .max(newPassword.maxLength ?? 0, { error: `has ${newPassword.maxLength} characters or fewer` });
