import { confirmEnd } from '@renderdeck/domain';
import { type Result, reject, type WorkerContext } from '../operation-context.ts';
import { giveUpProven } from './give-up-attempt.ts';
import { type Attempt, changeWithoutLock, endingOf } from './own-job.ts';
import { confirm, type Reports, toProof } from './reports.ts';

/**
 * Reports that an orphan, an attempt that an earlier daemon left, has ended. If the attempt still
 * holds its job, the job is given up with a proof. If not, the job keeps its status, and an
 * `unconfirmed` receipt becomes `cancelled`.
 */
export async function reportOrphan(
  context: WorkerContext,
  input: { readonly attempt: Attempt; readonly reports: Reports },
): Promise<Result> {
  const { reports } = input;
  const { jobId, attemptId } = input.attempt;
  return await changeWithoutLock(context.db, jobId, (found) => {
    const { job, attempts } = found;
    const attempt = attempts.find(({ id }) => id === attemptId);
    if (attempt === undefined) return reject({ code: 'unknownAttempt', attemptId });
    const own = { ...found, attempt: endingOf(found, attempt) };
    if (job.lease?.attemptId === attemptId) {
      const why =
        `Attempt ${job.attempts} was lost: the worker on ${context.host} died; ` +
        'what it left was ended.';
      const by = { actor: context.host, outcome: 'lost', why } as const;
      return { ok: true, change: giveUpProven(own, by, reports) };
    }
    const { job: after, output, publications } = confirmEnd(job, own.attempt, toProof(reports));
    const { confirmation } = confirm({ ...found, attempt }, reports);
    return {
      ok: true,
      change: {
        after,
        line: { event: 'confirmStop', actor: context.host },
        attempt: { id: attemptId, change: { output, publications, ...confirmation } },
      },
    };
  });
}
