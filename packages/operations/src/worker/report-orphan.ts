import { findAttempt, inTransaction, lockJob, saveAttempt } from '@renderdeck/store';
import type { WorkerContext } from '../operation-context.ts';
import { saveChange } from '../save-change.ts';
import { giveUpAttempt } from './give-up-attempt.ts';
import type { Attempt } from './own-job.ts';
import { type Reports, sinceRequest } from './reports.ts';

/**
 * A host's daemon ended what an earlier one left, or what it had to give up itself, and says so. A job that is still held is given up with proof; one that was taken back
 * meanwhile keeps its status, and an `unconfirmed` receipt becomes `cancelled`.
 */
export async function reportOrphan(
  context: WorkerContext,
  attempt: Attempt,
  reports: Reports,
): Promise<void> {
  const { attemptId } = attempt;
  await inTransaction(context.db, async (tx) => {
    const locked = await lockJob(tx, attempt.jobId);
    if (locked === null) return;
    const { job, at } = locked;
    const stopReport = await sinceRequest(tx, job, attemptId, reports.stopReport);
    if (job.lease?.attemptId === attemptId) {
      const own = (await findAttempt(tx, attemptId))?.workerId === context.workerId;
      const cause = own ? 'could not keep its lease' : 'died';
      const why = `Attempt ${job.attempts} was lost: the worker on ${context.host} ${cause}; what it left was ended.`;
      await giveUpAttempt(
        tx,
        { ...locked, attemptId },
        { actor: context.host, outcome: 'lost', why },
        { ...reports, stopReport },
      );
      return;
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
  });
}
