import { mayLeave } from '@renderdeck/domain';
import { inTransaction, saveAttempt } from '@renderdeck/store';
import { DONE, type Outcome, reject, type WorkerContext } from '../operation-context.ts';
import { saveChange } from '../save-change.ts';
import { type Attempt, lockOwnJob } from './own-job.ts';

/**
 * Lets an attempt publish if it still holds its job and no stop was requested. From then on its
 * output may be out. A cancel takes the same row lock, so the second of the two sees the first.
 */
export async function passPublishGate(context: WorkerContext, attempt: Attempt): Promise<Outcome> {
  const { attemptId } = attempt;
  return await inTransaction(context.db, async (tx): Promise<Outcome> => {
    const locked = await lockOwnJob(tx, attempt);
    if (locked === null) return reject({ code: 'lostAttempt', attemptId });
    const { job } = locked;
    if (!mayLeave('complete', job.status)) return reject({ code: 'stopRequested', attemptId });
    await saveChange(
      tx,
      job,
      { ...job, output: 'maybe', version: job.version + 1 },
      { event: 'passPublishGate', actor: context.host },
    );
    await saveAttempt(tx, attemptId, { output: 'maybe' });
    return DONE;
  });
}
