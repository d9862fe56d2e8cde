import { mayLeave } from '@renderdeck/domain';
import { inTransaction, saveAttempt } from '@renderdeck/store';
import type { WorkerContext } from '../operation-context.ts';
import { saveChange } from '../save-change.ts';
import { type Attempt, lockOwnJob } from './own-job.ts';

/**
 * Asks whether this attempt may publish: true exactly where it is still the job's and no stop was asked for; from then on its output may be out.
 * A cancel and the gate take the same row lock, so one of them is first and the other knows.
 */
export async function passPublishGate(context: WorkerContext, attempt: Attempt): Promise<boolean> {
  return await inTransaction(context.db, async (tx) => {
    const locked = await lockOwnJob(tx, attempt);
    if (locked === null || !mayLeave('complete', locked.job.status)) return false;
    const { job } = locked;
    await saveChange(
      tx,
      job,
      { ...job, output: 'maybe', version: job.version + 1 },
      { event: 'passPublishGate', actor: context.host },
    );
    await saveAttempt(tx, attempt.attemptId, { output: 'maybe' });
    return true;
  });
}
