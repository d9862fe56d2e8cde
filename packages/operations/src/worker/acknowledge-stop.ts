import { applyEvent } from '@renderdeck/domain';
import { inTransaction, saveAttempt } from '@renderdeck/store';
import { DONE, type Outcome, reject, type WorkerContext } from '../operation-context.ts';
import { saveChange } from '../save-change.ts';
import { type Attempt, lockOwnJob } from './own-job.ts';
import { type Reports, sinceRequest } from './reports.ts';

/**
 * Makes a job CANCELLED, because its worker has proved that no process is left and has reported the
 * files. Rejected while a process survives, or if the attempt has lost its job.
 */
export async function acknowledgeStop(
  context: WorkerContext,
  input: { readonly attempt: Attempt; readonly reports: Reports },
): Promise<Outcome> {
  const { reports } = input;
  const { attemptId } = input.attempt;
  return await inTransaction(context.db, async (tx): Promise<Outcome> => {
    const locked = await lockOwnJob(tx, input.attempt);
    if (locked === null) return reject({ code: 'lostAttempt', attemptId });
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
    return DONE;
  });
}
