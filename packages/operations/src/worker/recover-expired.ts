import { findExpiredJobs, inTransaction, lockJob } from '@renderdeck/store';
import type { DatabaseContext, Done } from '../operation-context.ts';
import { giveUpAttempt } from './give-up-attempt.ts';

const MOST_AT_ONCE = 20;

/**
 * Recovers the jobs of silent hosts, after their leases ran out. A RENDERING job goes back to the
 * queue or fails. A CANCELLING job becomes CANCELLED with an `unconfirmed` receipt. Returns the ids
 * of the jobs. Safe in several processes at once.
 */
export async function recoverExpired(
  context: DatabaseContext,
  input: { readonly actor: string },
): Promise<Done<{ readonly ids: readonly string[] }>> {
  const { actor } = input;
  return await inTransaction(context.db, async (tx) => {
    const ids = await findExpiredJobs(tx, MOST_AT_ONCE);
    for (const id of ids) {
      const locked = await lockJob(tx, id);
      const lease = locked?.job.lease;
      if (!locked || !lease) continue;
      const { attemptId, host } = lease;
      const { attempts } = locked.job;
      const why = `Attempt ${attempts} was lost: ${host} was not heard until its lease ran out.`;
      await giveUpAttempt(tx, { ...locked, attemptId }, { actor, outcome: 'lost', why }, null);
    }
    return { ok: true, ids };
  });
}
