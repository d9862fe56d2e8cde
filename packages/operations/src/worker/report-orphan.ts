import { findAttempt, inTransaction, lockJob, saveAttempt } from '@renderdeck/store';
import { DONE, type Outcome, reject, type WorkerContext } from '../operation-context.ts';
import { saveChange } from '../save-change.ts';
import { giveUpAttempt } from './give-up-attempt.ts';
import type { Attempt } from './own-job.ts';
import { type Reports, sinceRequest } from './reports.ts';

/**
 * Reports that an orphan is ended: an attempt that an earlier daemon left, or that this daemon had
 * to give up. If the attempt still holds its job, the job is given up with proof. If not, the job
 * keeps its status, and an `unconfirmed` receipt becomes `cancelled`.
 */
export async function reportOrphan(
  context: WorkerContext,
  input: { readonly attempt: Attempt; readonly reports: Reports },
): Promise<Outcome> {
  const { reports } = input;
  const { jobId, attemptId } = input.attempt;
  return await inTransaction(context.db, async (tx): Promise<Outcome> => {
    const locked = await lockJob(tx, jobId);
    if (locked === null) return reject({ code: 'unknownJob', id: jobId });
    const { job, at } = locked;
    const stopReport = await sinceRequest(tx, job, attemptId, reports.stopReport);
    if (job.lease?.attemptId === attemptId) {
      const own = (await findAttempt(tx, attemptId))?.workerId === context.workerId;
      const cause = own ? 'could not keep its lease' : 'died';
      const why =
        `Attempt ${job.attempts} was lost: the worker on ${context.host} ${cause}; ` +
        'what it left was ended.';
      await giveUpAttempt(
        tx,
        { ...locked, attemptId },
        { actor: context.host, outcome: 'lost', why },
        { ...reports, stopReport },
      );
      return DONE;
    }
    await saveAttempt(tx, attemptId, {
      stopReport,
      removalReport: reports.removalReport,
      confirmedAt: at,
    });
    await saveChange(
      tx,
      job,
      { ...job, version: job.version + 1 },
      { event: 'confirmStop', actor: context.host },
    );
    return DONE;
  });
}
