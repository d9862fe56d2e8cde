import { inTransaction } from '@renderdeck/store';
import { DONE, type Outcome, reject, type WorkerContext } from '../operation-context.ts';
import { giveUpAttempt } from './give-up-attempt.ts';
import { type Attempt, lockOwnJob } from './own-job.ts';
import { type Reports, sinceRequest } from './reports.ts';

/**
 * Puts the job of a worker that shuts down back into the queue, after its processes are proven gone
 * and its files removed. Rejected if the attempt has lost its job.
 */
export async function releaseAttempt(
  context: WorkerContext,
  input: { readonly attempt: Attempt; readonly reports: Reports; readonly why: string },
): Promise<Outcome> {
  const { reports, why } = input;
  const { attemptId } = input.attempt;
  return await inTransaction(context.db, async (tx): Promise<Outcome> => {
    const locked = await lockOwnJob(tx, input.attempt);
    if (locked === null) return reject({ code: 'lostAttempt', attemptId });
    const stopReport = await sinceRequest(tx, locked.job, attemptId, reports.stopReport);
    await giveUpAttempt(
      tx,
      { ...locked, attemptId },
      { actor: context.host, outcome: 'released', why },
      { ...reports, stopReport },
    );
    return DONE;
  });
}
