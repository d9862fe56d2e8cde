import { inTransaction, saveAttempt } from '@renderdeck/store';
import type { WorkerContext } from '../operation-context.ts';
import { saveChange } from '../save-change.ts';
import { type Attempt, lockOwnJob } from './own-job.ts';

/** Says that the stop request reached the host, so long after it was asked for; said beside the stop itself, which does not wait for it. */
export async function recordStopReceived(
  context: WorkerContext,
  attempt: Attempt,
  afterMs: number,
): Promise<void> {
  await inTransaction(context.db, async (tx) => {
    const locked = await lockOwnJob(tx, attempt);
    if (locked === null || locked.job.stopRequest === null) return;
    const { job } = locked;
    await saveChange(
      tx,
      job,
      { ...job, version: job.version + 1 },
      { event: 'recordStopReceived', actor: context.host },
    );
    await saveAttempt(tx, attempt.attemptId, {
      stopDeliveredAt: new Date(locked.job.stopRequest.at.getTime() + afterMs),
    });
  });
}
