import { type Result, reject, type WorkerContext } from '../operation-context.ts';
import { type Attempt, changeOwnJob, type Held } from './own-job.ts';

/**
 * Saves that the stop request reached the host, `afterMs` after it was made. The stop itself does
 * not wait for this.
 */
export async function recordStopReceived(
  context: WorkerContext,
  input: { readonly attempt: Attempt; readonly afterMs: number },
): Promise<Result<Held>> {
  const { attemptId } = input.attempt;
  return await changeOwnJob(context.db, input.attempt, ({ job }) => {
    if (job.stopRequest === null) return reject({ code: 'noStopRequest', attemptId });
    const stopDeliveredAt = new Date(job.stopRequest.at.getTime() + input.afterMs);
    return {
      ok: true,
      change: {
        after: { ...job, version: job.version + 1 },
        line: { event: 'deliverStop', actor: context.host },
        attempt: { id: attemptId, change: { stopDeliveredAt } },
      },
    };
  });
}
