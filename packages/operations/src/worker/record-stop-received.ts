import { inTransaction, saveAttempt } from '@renderdeck/store';
import { DONE, type Outcome, reject, type WorkerContext } from '../operation-context.ts';
import { saveChange } from '../save-change.ts';
import { type Attempt, lockOwnJob } from './own-job.ts';

/**
 * Saves that the stop request reached the host, `afterMs` after it was made. The stop itself does
 * not wait for this.
 */
export async function recordStopReceived(
  context: WorkerContext,
  input: { readonly attempt: Attempt; readonly afterMs: number },
): Promise<Outcome> {
  const { attemptId } = input.attempt;
  return await inTransaction(context.db, async (tx): Promise<Outcome> => {
    const locked = await lockOwnJob(tx, input.attempt);
    if (locked === null) return reject({ code: 'lostAttempt', attemptId });
    const { job } = locked;
    if (job.stopRequest === null) return reject({ code: 'noStopRequest', attemptId });
    await saveChange(
      tx,
      job,
      { ...job, version: job.version + 1 },
      { event: 'deliverStop', actor: context.host },
    );
    await saveAttempt(tx, attemptId, {
      stopDeliveredAt: new Date(job.stopRequest.at.getTime() + input.afterMs),
    });
    return DONE;
  });
}
