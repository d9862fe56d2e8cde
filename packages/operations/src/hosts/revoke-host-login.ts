import { decideRevokeLogin } from '@renderdeck/domain';
import {
  type Database,
  type EndedSession,
  endLeftSessions as endSessions,
  findHostLoginState,
  inTransaction,
  revokeHostLogin as revokeLogin,
} from '@renderdeck/store';
import { type AdminContext, audit, type Result, reject } from '../operation-context.ts';

/** No transaction of a worker lasts for as long: renewals, claims and reports take milliseconds. */
const LONGEST_TRANSACTION_MS = 120_000;

/**
 * Ends the sessions that a host's login may not keep: those of a login that was ended, those with a
 * transaction of two minutes, and those of a login that fills the table of locks. Several servers
 * may do this at once.
 */
export async function endLeftSessions({ db }: { readonly db: Database }): Promise<EndedSession[]> {
  return await endSessions(db, LONGEST_TRANSACTION_MS);
}

/**
 * Ends the login of a host at once: it cannot sign in, and its open sessions lose their rights, and
 * then end. What it ran stays open until the host is declared gone.
 */
export async function revokeHostLogin(
  context: AdminContext,
  input: { readonly name: string; readonly reason: string },
): Promise<Result<{ readonly login: string }>> {
  const { name, reason } = input;
  const result = await inTransaction(context.db, async (tx): Promise<Result<{ login: string }>> => {
    const { login, obstacle } = await findHostLoginState(tx, name);
    const decision = decideRevokeLogin(name, login, obstacle);
    if (!decision.ok) return reject(decision.rejection);
    await revokeLogin(tx, name);
    await audit(tx, context.requestContext, {
      action: 'revokeHostLogin',
      outcome: 'done',
      reason,
      before: { host: name, login: decision.login },
      after: { host: name, login: null },
    });
    return { ok: true, login: decision.login };
  });
  // If this fails, the next look of an API ends them.
  if (result.ok) await endLeftSessions(context).catch(() => []);
  return result;
}
