import { z } from 'zod';
import { newPasswordSchema, userNameSchema } from './session.ts';

/** What userName lets through, as a setting: another could sign in and never be changed. Its sentence goes on behind the setting's name. */
export const firstAdminNameSchema = z
  .string()
  .refine((name) => userNameSchema.safeParse(name).success, {
    error:
      'has 1 to 64 letters, digits, spaces or . _ @ -, a letter or digit first and no space last',
  });

/** What newPassword lets through, likewise. */
export const firstAdminPasswordSchema = z
  .string()
  .min(newPasswordSchema.minLength ?? 0, {
    error: `has ${newPasswordSchema.minLength} characters or more`,
  })
  .max(newPasswordSchema.maxLength ?? 0, {
    error: `has ${newPasswordSchema.maxLength} characters or fewer`,
  });
