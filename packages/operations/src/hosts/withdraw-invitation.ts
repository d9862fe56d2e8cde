import { inTransaction, withdrawInvitations } from '@renderdeck/store';
import { type AdminContext, audit, type Result } from '../operation-context.ts';

/**
 * Ends the open invitation of a host: no machine can join with it any more. A machine that joins at
 * the same moment has joined before or is refused. `changed`: false if there was none.
 */
export async function withdrawInvitation(
  context: AdminContext,
  { name }: { readonly name: string },
): Promise<Result<{ readonly changed: boolean }>> {
  return await inTransaction(context.db, async (tx): Promise<Result<{ changed: boolean }>> => {
    const changed = await withdrawInvitations(tx, name);
    await audit(tx, context.requestContext, {
      action: 'withdrawInvitation',
      outcome: changed ? 'done' : 'noop',
      before: { host: name },
    });
    return { ok: true, changed };
  });
}
