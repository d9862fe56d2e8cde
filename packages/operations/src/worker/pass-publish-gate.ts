import { mayLeave } from '@renderdeck/domain';
import { type Outcome, reject, type WorkerContext } from '../operation-context.ts';
import { type Attempt, changeOwnJob } from './own-job.ts';

/**
 * Lets an attempt publish if it still holds its job and no stop was requested. From then on its
 * output may be out. A cancel changes the same version, so the second of the two sees the first.
 */
export async function passPublishGate(context: WorkerContext, attempt: Attempt): Promise<Outcome> {
  const { attemptId } = attempt;
  return await changeOwnJob(context.db, attempt, ({ job }) => {
    if (!mayLeave('complete', job.status)) return reject({ code: 'stopRequested', attemptId });
    return {
      ok: true,
      change: {
        after: { ...job, output: 'maybe', version: job.version + 1 },
        line: { event: 'passPublishGate', actor: context.host },
        attempt: { id: attemptId, change: { output: 'maybe' } },
      },
    };
  });
}
