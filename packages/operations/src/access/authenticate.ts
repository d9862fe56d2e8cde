import { createHash } from 'node:crypto';
import type { Actor } from '@renderdeck/domain';
import {
  type Database,
  findOpenSession,
  findOpenToken,
  touchSession,
  touchToken,
} from '@renderdeck/store';

/** What is stored of a token's secret. */
export function tokenHash(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/**
 * The user of an open session; null where it is over, unused for too long, revoked, or its user is disabled. `quietly`: only looks; a page left open is
 * not its user at work.
 */
export async function authenticateSession(
  db: Database,
  sessionId: string,
  quietly = false,
): Promise<Actor | null> {
  const found = await findOpenSession(db, sessionId);
  if (found === null) return null;
  const { session, user, touchDue } = found;
  if (!quietly && touchDue) await touchSession(db, session.id);
  return { kind: 'user', id: user.id, name: user.name, role: user.role };
}

/** The principal of a token; null where it is unknown, revoked or over. */
export async function authenticateToken(db: Database, secret: string): Promise<Actor | null> {
  const found = await findOpenToken(db, tokenHash(secret));
  if (found === null) return null;
  const { token, touchDue } = found;
  if (touchDue) await touchToken(db, token.id);
  return { kind: 'token', id: token.id, name: token.name, role: token.role };
}
