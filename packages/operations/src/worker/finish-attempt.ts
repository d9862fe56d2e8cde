import { decideFinish, type OwnEnd } from '@renderdeck/domain';
import type { Outcome, WorkerContext } from '../operation-context.ts';
import { type Attempt, changeOwnJob } from './own-job.ts';
import { confirm, type Reports, toProof } from './reports.ts';

export type FinishedAttempt = {
  readonly attempt: Attempt;
  readonly end: OwnEnd;
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
  return await changeOwnJob(context.db, input.attempt, (own) => {
    const { deadAt, confirmation } = confirm(own, reports);
    const ended = { end, signalled, proof: toProof(reports) };
    const decided = decideFinish(own.job, own.attempt, ended, deadAt);
    if (!decided.ok) return decided;
    const { job, event, outcome, output } = decided;
    const change = { outcome, output, endedAt: deadAt, ...confirmation };
    return {
      ok: true,
      change: {
        after: job,
        line: { event, actor: context.host },
        attempt: { id: own.attempt.id, change },
      },
    };
  });
}
