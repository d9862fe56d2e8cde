import type { StopReport } from '@renderdeck/domain';
import type { Result, WorkerContext } from '../operation-context.ts';
import { type Attempt, changeOwnJob } from './own-job.ts';

/** Saves the result of a stop so far, with its survivors. The job stays CANCELLING. */
export async function reportStop(
  context: WorkerContext,
  input: { readonly attempt: Attempt; readonly stopReport: StopReport },
): Promise<Result> {
  const { stopReport } = input;
  const { attemptId } = input.attempt;
  const facts = { survivors: stopReport.survivors.length };
  return await changeOwnJob(context.db, input.attempt, ({ job, attempt, at }) => {
    // A host that reports a stop has received the request, even if its arrival is not saved.
    const stopDeliveredAt = attempt.stopDeliveredAt ?? (job.stopRequest === null ? null : at);
    return {
      ok: true,
      change: {
        after: { ...job, version: job.version + 1 },
        line: { event: 'reportStop', actor: context.host, facts },
        attempt: { id: attemptId, change: { stopReport, stopDeliveredAt } },
      },
    };
  });
}
