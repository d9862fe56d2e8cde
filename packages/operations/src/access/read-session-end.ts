import { findSessionEnd } from '@renderdeck/store';
import type { DatabaseContext } from '../operation-context.ts';

export type SessionEnd = {
  /** When the session ends if the user does nothing. */
  readonly endsAt: Date;
  /** True if use of the session moves that end; false if the session ends then anyway. */
  readonly renewable: boolean;
};

/** Returns when a session ends; null if there is no such session. */
export async function readSessionEnd(
  context: DatabaseContext,
  input: { readonly sessionId: string },
): Promise<SessionEnd | null> {
  const found = await findSessionEnd(context.db, input.sessionId);
  if (found === null) return null;
  const renewable = found.idleAt < found.expiresAt;
  return { endsAt: renewable ? found.idleAt : found.expiresAt, renewable };
}
