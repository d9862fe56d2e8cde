import { decidePublished } from '@renderdeck/domain';
import { type Result, reject, type WorkerContext } from '../operation-context.ts';
import { type Attempt, changeWithoutLock, type Held } from './own-job.ts';

/**
 * Records that an output of the attempt is on the disk under its final name, and the parts that it
 * may still have. It is no question of who holds the job: an attempt that lost it meanwhile has put
 * its output out all the same, and then the job gets a warning.
 */
export async function recordPublished(
  context: WorkerContext,
  input: { readonly attempt: Attempt; readonly path: string; readonly parts: readonly string[] },
): Promise<Result<Held>> {
  const { path, parts } = input;
  const { jobId, attemptId } = input.attempt;
  const changed = await changeWithoutLock(context.db, jobId, ({ job, attempts }) => {
    const attempt = attempts.find(({ id }) => id === attemptId);
    if (attempt === undefined) return reject({ code: 'unknownAttempt', attemptId });
    return {
      ok: true,
      change: {
        after: decidePublished(job, attempt, path),
        line: { event: 'publish', actor: context.host, facts: { path } },
        attempt: { id: attemptId, change: { output: 'published', parts } },
      },
    };
  });
  if (!changed.ok) return changed;
  const { job, incarnation } = changed;
  return { ok: true, held: { job, incarnation, output: 'published' } };
}
