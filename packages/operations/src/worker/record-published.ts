import { decidePublished } from '@renderdeck/domain';
import { type Result, reject, type WorkerContext } from '../operation-context.ts';
import { type Attempt, changeWithoutLock, type Held } from './own-job.ts';

/**
 * Saves that an output of the attempt is on the disk under its final name, and which part files it
 * may still have. It counts even if the attempt has lost the job, because the output is out anyway;
 * the job then gets a warning.
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
