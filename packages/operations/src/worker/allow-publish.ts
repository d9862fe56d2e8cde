import {
  type Asked,
  decidePublish,
  withAllowed,
  withSkipped,
  withWarnings,
} from '@renderdeck/domain';
import { type Result, reject, type WorkerContext } from '../operation-context.ts';
import { type Attempt, changeOwnJob, type Held } from './own-job.ts';

/**
 * The second publish gate: lets an attempt publish something now. From then on it may be out, and
 * no other attempt may publish before the end of this one is proven or its host is declared gone.
 * `isOut`: an earlier attempt has published the output, so this attempt must not; `isLast`: nothing
 * comes after it. Rejected with `otherMayPublish` while another attempt may still publish.
 */
export async function allowPublish(
  context: WorkerContext,
  input: {
    readonly attempt: Attempt;
    readonly asked: Asked;
    readonly isLast: boolean;
    /** A warning for the job. */
    readonly warning: string | null;
  },
): Promise<Result<Held & { readonly isOut: boolean }>> {
  const { attempt, asked, isLast, warning } = input;
  const { attemptId } = attempt;
  let isOut = false;
  const changed = await changeOwnJob(context.db, attempt, ({ job, attempts, others }) => {
    const decided = decidePublish(job, [...attempts, ...others], attemptId, asked);
    if (!decided.ok) return reject(decided.rejection);
    ({ isOut } = decided);
    const publications = (isOut ? withSkipped : withAllowed)(asked.publications, asked.what);
    const allPublished = isOut && isLast;
    return {
      ok: true,
      change: {
        after: {
          ...job,
          output: decided.job,
          warnings: withWarnings(job.warnings, [warning, decided.warning]),
          version: job.version + 1,
        },
        line: { event: 'allowPublish', actor: context.host, facts: { what: asked.what, isOut } },
        attempt: { id: attemptId, change: { output: decided.attempt, publications, allPublished } },
      },
    };
  });
  return changed.ok ? { ...changed, isOut } : changed;
}
