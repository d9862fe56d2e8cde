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
  /** Whether a process of it was sent a signal before it ended. */
  readonly signalled: boolean;
  readonly reports: Reports;
};

/**
 * Ends an attempt that ended on its own. A stop request that came first wins (`stopRequested`),
 * unless the output was out and nothing had been signalled: then the job is COMPLETED.
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
