import { type Database, findExpiredJobs, inTransaction, lockJob } from '@renderdeck/store';
import { giveUpAttempt } from './give-up-attempt.ts';

const AT_ONCE = 20;

/**
 * Takes back jobs whose lease ran out: their host is not heard. RENDERING goes back to the queue or fails, CANCELLING becomes CANCELLED with a
 * receipt that says `unconfirmed`. Gives the ids; may run anywhere and many times at once.
 */
export async function recoverExpired(db: Database, actor: string): Promise<readonly string[]> {
  return await inTransaction(db, async (tx) => {
    const ids = await findExpiredJobs(tx, AT_ONCE);
    for (const id of ids) {
      const locked = await lockJob(tx, id);
      const lease = locked?.job.lease;
      if (!locked || !lease) continue;
      const why = `Attempt ${locked.job.attempts} was lost: ${lease.host} was not heard until its lease ran out.`;
      await giveUpAttempt(
        tx,
        { ...locked, attemptId: lease.attemptId },
        { actor, outcome: 'lost', why },
        null,
      );
    }
    return ids;
  });
}
