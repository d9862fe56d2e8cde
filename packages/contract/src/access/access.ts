import { z } from 'zod';
import { instant } from '../instant.ts';
import { newPassword, role, userName } from '../session/session.ts';

export const account = z.object({
  id: z.uuid(),
  name: z.string(),
  role,
  disabled: z.boolean(),
  createdAt: instant,
  lastSeenAt: instant.nullable(),
  sessions: z.int(),
});
export type WireAccount = z.infer<typeof account>;
export const listUsersOutput = z.object({ users: z.array(account) });
export const createUserInput = z.object({ name: userName, role, password: newPassword });
export type CreateUserInput = z.infer<typeof createUserInput>;
export const createUserOutput = z.object({ user: account });
export const updateUserInput = z.object({
  name: userName,
  role: role.optional(),
  password: newPassword.optional(),
  disabled: z.boolean({ error: 'disabled is true or false.' }).optional(),
});
export type UpdateUserInput = z.infer<typeof updateUserInput>;

export const token = z.object({
  id: z.uuid(),
  name: z.string(),
  role,
  createdBy: z.string(),
  createdAt: instant,
  expiresAt: instant.nullable(),
  lastUsedAt: instant.nullable(),
  revokedAt: instant.nullable(),
});
export type WireToken = z.infer<typeof token>;
export const listTokensOutput = z.object({ tokens: z.array(token) });
const DAYS = 'expiresInDays is a whole number of days from 1 to 3650.';
export const createTokenInput = z.object({
  name: userName,
  role,
  expiresInDays: z
    .int({ error: DAYS })
    .min(1, { error: DAYS })
    .max(3650, { error: DAYS })
    .optional(),
});
export type CreateTokenInput = z.infer<typeof createTokenInput>;
/** The secret is shown this once and stored hashed. */
export const createTokenOutput = z.object({ token, secret: z.string() });
export const revokeTokenInput = z.object({ name: userName });

export const session = z.object({
  id: z.uuid(),
  user: z.string(),
  address: z.string().nullable(),
  createdAt: instant,
  lastSeenAt: instant,
  expiresAt: instant,
});
export type WireSession = z.infer<typeof session>;
export const listSessionsOutput = z.object({ sessions: z.array(session) });
export const revokeSessionInput = z.object({
  id: z.uuid({ error: 'A session id is a UUID; listSessions shows them.' }),
});
