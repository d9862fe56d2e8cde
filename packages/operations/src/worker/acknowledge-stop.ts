import { decideAcknowledge } from '@renderdeck/domain';
import type { Outcome, WorkerContext } from '../operation-context.ts';
import { type Attempt, changeOwnJob } from './own-job.ts';
import { confirm, type Reports, toProof } from './reports.ts';

/**
 * Makes a job CANCELLED, because its worker has proved that no process is left and has reported the
 * files. It ended when its processes were dead. Rejected while a process survives, or if the
 * attempt has lost its job.
 */
export async function acknowledgeStop(
  context: WorkerContext,
  input: { readonly attempt: Attempt; readonly reports: Reports },
): Promise<Outcome> {
  const { reports } = input;
  return await changeOwnJob(context.db, input.attempt, (own) => {
    const { deadAt, confirmation } = confirm(own, reports);
    const decided = decideAcknowledge(own.job, own.attempt, toProof(reports), deadAt);
    if (!decided.ok) return decided;
    const { job, event, outcome, output } = decided;
    const change = { outcome, output, endedAt: deadAt, ...confirmation };
    return {
      ok: true,
      change: {
        after: job,
        line: { event, actor: context.host },
        attempt: { id: own.attempt.id, change },
      },
    };
  });
}
