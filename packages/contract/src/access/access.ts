import { z } from 'zod';
import { instantSchema } from '../instant.ts';
import { newPasswordSchema, roleSchema, userNameSchema } from '../session/session.ts';

export const accountSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  role: roleSchema,
  disabled: z.boolean(),
  createdAt: instantSchema,
  lastSeenAt: instantSchema.nullable(),
  sessions: z.int(),
});
export type WireAccount = z.infer<typeof accountSchema>;
export const listUsersOutput = z.object({ users: z.array(accountSchema) });
export const createUserInput = z.object({
  name: userNameSchema,
  role: roleSchema,
  password: newPasswordSchema,
});
export type CreateUserInput = z.infer<typeof createUserInput>;
export const createUserOutput = z.object({ user: accountSchema });
export const updateUserInput = z.object({
  name: userNameSchema,
  role: roleSchema.optional(),
  password: newPasswordSchema.optional(),
  disabled: z.boolean({ error: 'disabled is true or false.' }).optional(),
});
export type UpdateUserInput = z.infer<typeof updateUserInput>;

export const tokenSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  role: roleSchema,
  createdBy: z.string(),
  createdAt: instantSchema,
  expiresAt: instantSchema.nullable(),
  lastUsedAt: instantSchema.nullable(),
  revokedAt: instantSchema.nullable(),
});
export type WireToken = z.infer<typeof tokenSchema>;
export const listTokensOutput = z.object({ tokens: z.array(tokenSchema) });
const DAYS = 'expiresInDays is a whole number of days from 1 to 3650.';
export const createTokenInput = z.object({
  name: userNameSchema,
  role: roleSchema,
  expiresInDays: z
    .int({ error: DAYS })
    .min(1, { error: DAYS })
    .max(3650, { error: DAYS })
    .optional(),
});
export type CreateTokenInput = z.infer<typeof createTokenInput>;
/** The secret is shown this once and stored hashed. */
export const createTokenOutput = z.object({ token: tokenSchema, secret: z.string() });
export const revokeTokenInput = z.object({ name: userNameSchema });
export type RevokeTokenInput = z.infer<typeof revokeTokenInput>;

export const sessionSchema = z.object({
  id: z.uuid(),
  user: z.string(),
  address: z.string().nullable(),
  createdAt: instantSchema,
  lastSeenAt: instantSchema,
  expiresAt: instantSchema,
});
export type WireSession = z.infer<typeof sessionSchema>;
export const listSessionsOutput = z.object({ sessions: z.array(sessionSchema) });
export const revokeSessionInput = z.object({
  id: z.uuid({ error: 'A session id is a UUID; listSessions shows them.' }),
});
export type RevokeSessionInput = z.infer<typeof revokeSessionInput>;
