import { applyEvent, decideFinalOutput, type JobEvent, mayLeave } from '@renderdeck/domain';
import { type Outcome, reject, type WorkerContext } from '../operation-context.ts';
import { type Attempt, changeOwnJob } from './own-job.ts';
import { confirm, type Reports } from './reports.ts';

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
  return await changeOwnJob(context.db, input.attempt, (own) => {
    const { job, attempt } = own;
    const { deadAt, confirmation } = confirm(own, reports);
    const completed: JobEvent = mayLeave('complete', job.status)
      ? { type: 'complete', attemptId }
      : { type: 'finishFirst', attemptId, signalled };
    const event: JobEvent =
      end.kind === 'completed' ? completed : { type: 'fail', attemptId, failure: end.failure };
    const moved = applyEvent(job, event, deadAt);
    if (!moved.ok) return reject({ code: 'stopRequested', attemptId });
    const change = {
      outcome: end.kind,
      endedAt: deadAt,
      output: decideFinalOutput(attempt.output, end.kind === 'completed'),
      ...confirmation,
    };
    return {
      ok: true,
      change: {
        after: moved.job,
        line: { event: event.type, actor: context.host },
        attempt: { id: attemptId, change },
      },
    };
  });
}
