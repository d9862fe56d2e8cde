import { decidePublished, type Publications } from '@renderdeck/domain';
import { type Result, reject, type WorkerContext } from '../operation-context.ts';
import { NOTHING_OUT } from './new-claim.ts';
import { type Attempt, changeWithoutLock, endingOf, type Held, putOutAfter } from './own-job.ts';

/**
 * Saves that an output of the attempt is on the disk under its final name, and which part files it
 * may still have. It counts even if the attempt has lost the job, because the output is out anyway;
 * the job then gets a warning. `allPublished`: it was the last thing that the attempt had to put
 * out.
 */
export async function recordPublished(
  context: WorkerContext,
  input: {
    readonly attempt: Attempt;
    readonly path: string;
    readonly parts: readonly string[];
    readonly publications: Publications;
    readonly allPublished: boolean;
  },
): Promise<Result<Held>> {
  const { path, parts, publications, allPublished } = input;
  const { jobId, attemptId } = input.attempt;
  let out = NOTHING_OUT;
  const changed = await changeWithoutLock(context.db, jobId, (found) => {
    const attempt = found.attempts.find(({ id }) => id === attemptId);
    if (attempt === undefined) return reject({ code: 'unknownAttempt', attemptId });
    const all = [...found.attempts, ...found.others];
    const change = {
      after: decidePublished(found.job, all, attempt, path),
      line: { event: 'publish', actor: context.host, facts: { path } },
      attempt: {
        id: attemptId,
        change: { output: 'published', publications, allPublished, parts },
      },
    } as const;
    out = putOutAfter(endingOf(found, attempt), change);
    return { ok: true, change };
  });
  if (!changed.ok) return changed;
  const { job, incarnation } = changed;
  return { ok: true, held: { job, incarnation, out } };
}
