import { decideGate } from '@renderdeck/domain';
import { type Result, reject, type WorkerContext } from '../operation-context.ts';
import { type Attempt, changeOwnJob, type Held } from './own-job.ts';

/**
 * The first publish gate: lets an attempt go on to its postrender actions if it still holds its job
 * and no stop was requested. The attempt may not publish anything yet. A cancel changes the same
 * version, so the second of the two sees the first.
 */
export async function passPublishGate(
  context: WorkerContext,
  attempt: Attempt,
): Promise<Result<Held>> {
  return await changeOwnJob(context.db, attempt, ({ job }) => {
    const decided = decideGate(job, attempt.attemptId);
    if (!decided.ok) return reject(decided.rejection);
    return {
      ok: true,
      change: {
        after: { ...job, version: job.version + 1 },
        line: { event: 'passPublishGate', actor: context.host },
      },
    };
  });
}
