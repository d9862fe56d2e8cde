import { inTransaction, saveAttempt } from '@renderdeck/store';
import type { WorkerContext } from '../operation-context.ts';
import { saveChange } from '../save-change.ts';
import { type Attempt, lockOwnJob } from './own-job.ts';

/** Says that the stop request reached the host, at once and beside the stop itself. Only the first word counts. */
export async function deliverStop(context: WorkerContext, attempt: Attempt): Promise<void> {
  await inTransaction(context.db, async (tx) => {
    const locked = await lockOwnJob(tx, attempt);
    if (locked === null || locked.job.stopRequest === null) return;
    const { job, at } = locked;
    await saveChange(tx, job, { ...job, version: job.version + 1 }, { event: 'deliverStop', actor: context.host });
    await saveAttempt(tx, attempt.attemptId, { stopDeliveredAt: at });
  });
}
