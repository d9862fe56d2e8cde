import { applyEvent, type JobEvent, mayLeave } from '@renderdeck/domain';
import { inTransaction, saveAttempt } from '@renderdeck/store';
import type { WorkerContext } from '../operation-context.ts';
import { saveChange } from '../save-change.ts';
import { type Attempt, lockOwnJob } from './own-job.ts';
import { type Reports, sinceRequest } from './reports.ts';

export type AttemptEnd =
  | { readonly kind: 'completed' }
  | { readonly kind: 'failed'; readonly failure: string };
/** finished: the job took it. stopRequested: a stop was asked for and this did not finish first; acknowledge it. lost: the attempt is no longer the job's. */
export type Finish = 'finished' | 'stopRequested' | 'lost';

/**
 * Ends an attempt that ended on its own. A cancel that came meanwhile has precedence, unless the output was out and nothing had been
 * signalled: then the job is COMPLETED and the receipt says so.
 */
export async function finishAttempt(
  context: WorkerContext,
  attempt: Attempt,
  end: AttemptEnd,
  signalled: boolean,
  reports: Reports,
): Promise<Finish> {
  const { attemptId } = attempt;
  return await inTransaction(context.db, async (tx): Promise<Finish> => {
    const locked = await lockOwnJob(tx, attempt);
    if (locked === null) return 'lost';
    const { job, at } = locked;
    const completed: JobEvent = mayLeave('complete', job.status)
      ? { type: 'complete', attemptId }
      : { type: 'finishFirst', attemptId, signalled };
    const event: JobEvent =
      end.kind === 'completed' ? completed : { type: 'fail', attemptId, failure: end.failure };
    const moved = applyEvent(job, event, at);
    if (!moved.ok) return 'stopRequested';
    await saveChange(tx, job, moved.job, { event: event.type, actor: context.host });
    await saveAttempt(tx, attemptId, {
      outcome: end.kind,
      endedAt: at,
      output: moved.job.output,
      stopReport: await sinceRequest(tx, job, attemptId, reports.stopReport),
      removalReport: reports.removalReport,
      confirmedAt: at,
    });
    return 'finished';
  });
}
