import { decideRevokeLogin } from '@renderdeck/domain';
import {
  findHostLoginState,
  inTransaction,
  revokeHostLogin as revokeLogin,
} from '@renderdeck/store';
import { type AdminContext, audit, type Result, reject } from '../operation-context.ts';

/**
 * Ends the login of a host at once: it cannot sign in, and its open sessions lose their rights.
 * What it ran stays open until the host is declared gone.
 */
export async function revokeHostLogin(
  context: AdminContext,
  input: { readonly name: string; readonly reason: string },
): Promise<Result<{ readonly login: string }>> {
  const { name, reason } = input;
  return await inTransaction(context.db, async (tx): Promise<Result<{ login: string }>> => {
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
}
