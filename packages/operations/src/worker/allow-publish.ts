import { decidePublish } from '@renderdeck/domain';
import { type Result, reject, type WorkerContext } from '../operation-context.ts';
import { type Attempt, changeOwnJob, type Held } from './own-job.ts';

/**
 * The second publish gate: lets an attempt publish an output now. From then on its output may be
 * out, and no other attempt may publish before the end of this one is proven or its host is
 * declared gone. Rejected with `otherMayPublish` while another attempt blocks in this way; a
 * warning is then added to the job once.
 */
export async function allowPublish(
  context: WorkerContext,
  input: { readonly attempt: Attempt; readonly warning: string | null },
): Promise<Result<Held>> {
  const { attempt, warning } = input;
  const { attemptId } = attempt;
  return await changeOwnJob(context.db, attempt, ({ job, attempts, others }) => {
    const decided = decidePublish(job, [...attempts, ...others], attemptId);
    if (!decided.ok) return reject(decided.rejection);
    const isNewWarning = warning !== null && !job.warnings.includes(warning);
    return {
      ok: true,
      change: {
        after: {
          ...job,
          output: decided.job,
          warnings: isNewWarning ? [...job.warnings, warning] : job.warnings,
          version: job.version + 1,
        },
        line: { event: 'allowPublish', actor: context.host },
        attempt: { id: attemptId, change: { output: decided.attempt } },
      },
    };
  });
}
