import { findSessionEnd } from '@renderdeck/store';
import type { DatabaseContext } from '../operation-context.ts';

export type SessionEnd = {
  /** When the session ends if nothing is done. */
  readonly endsAt: Date;
  /** Using it moves that; false where it ends then in any case. */
  readonly renewable: boolean;
};

/** Returns when a session ends; null where there is no such session. */
export async function readSessionEnd(
  context: DatabaseContext,
  input: { readonly sessionId: string },
): Promise<SessionEnd | null> {
  const found = await findSessionEnd(context.db, input.sessionId);
  if (found === null) return null;
  const renewable = found.idleAt < found.expiresAt;
  return { endsAt: renewable ? found.idleAt : found.expiresAt, renewable };
}
