import type { Role } from '@renderdeck/domain';
import { createUser, login } from '../src/index.ts';
import type { Farm } from './farm.ts';

export const PASSWORD = 'correct horse battery staple';

/** A user who can sign in with PASSWORD. */
export async function aUser(farm: Farm, name: string, role: Role = 'viewer') {
  const made = await createUser(farm.admin, { name, role, password: PASSWORD });
  if (!made.ok) throw new Error(`user ${name}: ${made.rejection.code}`);
  return made.account;
}

/** A new session of a user who signs in with PASSWORD. */
export async function aSession(farm: Farm, name: string): Promise<string> {
  const opened = await login(farm.admin, { username: name, password: PASSWORD });
  if (!opened.ok) throw new Error(`user ${name} could not sign in`);
  return opened.sessionId;
}
