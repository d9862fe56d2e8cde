import { applyEvent } from '@renderdeck/domain';
import { inTransaction, saveAttempt } from '@renderdeck/store';
import type { Outcome, WorkerContext } from '../operation-context.ts';
import { saveChange } from '../save-change.ts';
import { type Attempt, lockOwnJob } from './own-job.ts';
import { type Reports, sinceRequest } from './reports.ts';

/**
 * The worker's word that nothing of the job runs and what became of its files: only now is the job CANCELLED. Rejected while anything
 * survives, and for an attempt that is no longer the job's.
 */
export async function acknowledgeStop(
  context: WorkerContext,
  attempt: Attempt,
  reports: Reports,
): Promise<Outcome<object>> {
  const { attemptId } = attempt;
  return await inTransaction(context.db, async (tx): Promise<Outcome<object>> => {
    const locked = await lockOwnJob(tx, attempt);
    if (locked === null) return { ok: false, rejection: { code: 'lostAttempt', attemptId } };
    const { job, at } = locked;
    const moved = applyEvent(
      job,
      { type: 'acknowledgeStop', attemptId, survivors: reports.stopReport.survivors.length },
      at,
    );
    if (!moved.ok) return moved;
    await saveChange(tx, job, moved.job, { event: 'acknowledgeStop', actor: context.host });
    await saveAttempt(tx, attemptId, {
      outcome: 'stopped',
      endedAt: at,
      stopReport: await sinceRequest(tx, job, attemptId, reports.stopReport),
      removalReport: reports.removalReport,
      confirmedAt: at,
    });
    return { ok: true };
  });
}
