import { applyEvent } from '@renderdeck/domain';
import type { Outcome, WorkerContext } from '../operation-context.ts';
import { type Attempt, changeOwnJob } from './own-job.ts';
import { confirm, type Reports } from './reports.ts';

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
  const { attemptId } = input.attempt;
  return await changeOwnJob(context.db, input.attempt, (own) => {
    const { deadAt, confirmation } = confirm(own, reports);
    const moved = applyEvent(
      own.job,
      { type: 'acknowledgeStop', attemptId, survivors: reports.stopReport.survivors.length },
      deadAt,
    );
    if (!moved.ok) return moved;
    const change = { outcome: 'stopped', endedAt: deadAt, ...confirmation } as const;
    return {
      ok: true,
      change: {
        after: moved.job,
        line: { event: 'acknowledgeStop', actor: context.host },
        attempt: { id: attemptId, change },
      },
    };
  });
}
