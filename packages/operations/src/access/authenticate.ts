import { createHash } from 'node:crypto';
import type { Actor } from '@renderdeck/domain';
import {
  databaseCondition,
  findOpenSession,
  findOpenToken,
  touchSession,
  touchToken,
} from '@renderdeck/store';
import { type DatabaseContext, type Result, reject } from '../operation-context.ts';

/** The hash that is stored instead of a token's secret. */
export function tokenHash(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/**
 * Waits until the time of use is saved. A database that takes no changes now, for example a
 * standby, still answers reads: so the request goes on, and the time of its use is not known.
 */
async function saveUse(touch: Promise<void>): Promise<void> {
  await touch.catch((error: unknown) => {
    if (databaseCondition(error) === null) throw error;
  });
}

export type SessionUse = {
  readonly sessionId: string;
  /** True for requests that do not count as use of the session, such as those of an open page. */
  readonly quietly?: boolean;
};

/**
 * Returns the user of an open session. Rejected if the session has expired, was idle for too long
 * or was revoked, or if its user is disabled.
 */
export async function authenticateSession(
  context: DatabaseContext,
  input: SessionUse,
): Promise<Result<{ readonly actor: Actor }>> {
  const found = await findOpenSession(context.db, input.sessionId);
  if (found === null) return reject({ code: 'notSignedIn' });
  const { session, user, touchDue } = found;
  if (input.quietly !== true && touchDue) await saveUse(touchSession(context.db, session.id));
  return { ok: true, actor: { kind: 'user', id: user.id, name: user.name, role: user.role } };
}

/** Returns the actor of a token. Rejected if the token is unknown, revoked or expired. */
export async function authenticateToken(
  context: DatabaseContext,
  input: { readonly secret: string },
): Promise<Result<{ readonly actor: Actor }>> {
  const found = await findOpenToken(context.db, tokenHash(input.secret));
  if (found === null) return reject({ code: 'notSignedIn' });
  const { token, touchDue } = found;
  if (touchDue) await saveUse(touchToken(context.db, token.id));
  return { ok: true, actor: { kind: 'token', id: token.id, name: token.name, role: token.role } };
}
