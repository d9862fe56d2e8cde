import { applyEvent, type JobEvent, mayLeave } from '@renderdeck/domain';
import { inTransaction, saveAttempt } from '@renderdeck/store';
import { DONE, type Outcome, reject, type WorkerContext } from '../operation-context.ts';
import { saveChange } from '../save-change.ts';
import { type Attempt, lockOwnJob } from './own-job.ts';
import { type Reports, sinceRequest } from './reports.ts';

export type AttemptEnd =
  | { readonly kind: 'completed' }
  | { readonly kind: 'failed'; readonly failure: string };
export type FinishedAttempt = {
  readonly attempt: Attempt;
  readonly end: AttemptEnd;
  /** Whether one of its processes got a signal before the end. */
  readonly signalled: boolean;
  readonly reports: Reports;
};

/**
 * Saves the end of an attempt that ended by itself. Rejected with `stopRequested` if a stop was
 * requested first. But if the output was published before any signal, the job is COMPLETED.
 */
export async function finishAttempt(
  context: WorkerContext,
  input: FinishedAttempt,
): Promise<Outcome> {
  const { end, signalled, reports } = input;
  const { attemptId } = input.attempt;
  return await inTransaction(context.db, async (tx): Promise<Outcome> => {
    const locked = await lockOwnJob(tx, input.attempt);
    if (locked === null) return reject({ code: 'lostAttempt', attemptId });
    const { job, at } = locked;
    const completed: JobEvent = mayLeave('complete', job.status)
      ? { type: 'complete', attemptId }
      : { type: 'finishFirst', attemptId, signalled };
    const event: JobEvent =
      end.kind === 'completed' ? completed : { type: 'fail', attemptId, failure: end.failure };
    const moved = applyEvent(job, event, at);
    if (!moved.ok) return reject({ code: 'stopRequested', attemptId });
    await saveChange(tx, job, moved.job, { event: event.type, actor: context.host });
    await saveAttempt(tx, attemptId, {
      outcome: end.kind,
      endedAt: at,
      output: moved.job.output,
      stopReport: await sinceRequest(tx, job, attemptId, reports.stopReport),
      removalReport: reports.removalReport,
      confirmedAt: at,
    });
    return DONE;
  });
}
