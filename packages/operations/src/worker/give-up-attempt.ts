import {
  type AttemptOutcome,
  applyEvent,
  decideAfterLoss,
  decideRelease,
  type Job,
} from '@renderdeck/domain';
import { type Database, notify, QUEUE_CHANNEL, saveAttempt } from '@renderdeck/store';
import { saveChange } from '../save-change.ts';
import type { Reports } from './reports.ts';

/**
 * Ends an attempt that was lost or released. The job goes back to the queue, becomes FAILED if no
 * attempts are left, or becomes CANCELLED if a stop was requested. Without reports, the attempt
 * stays unconfirmed until its host reports.
 */
export async function giveUpAttempt(
  tx: Database,
  held: { readonly job: Job; readonly at: Date; readonly attemptId: string },
  by: { readonly actor: string; readonly outcome: AttemptOutcome; readonly why: string },
  reports: Reports | null,
): Promise<void> {
  const { job, at, attemptId } = held;
  const acknowledged = job.stopRequest !== null && reports !== null;
  const event = acknowledged
    ? ({
        type: 'acknowledgeStop',
        attemptId,
        survivors: reports.stopReport.survivors.length,
      } as const)
    : by.outcome === 'released'
      ? decideRelease(job, by.why)
      : decideAfterLoss(job, by.why);
  if (event === null) return;
  const moved = applyEvent(job, event, at);
  if (!moved.ok) throw new Error(`job ${job.id} cannot be given up: ${moved.rejection.code}`);
  await saveChange(tx, job, moved.job, {
    event: event.type,
    actor: by.actor,
    facts: { why: by.why },
  });
  await saveAttempt(tx, attemptId, {
    outcome: acknowledged ? 'stopped' : by.outcome,
    endedAt: at,
    ...(reports === null ? {} : { ...reports, confirmedAt: at }),
  });
  await notify(tx, QUEUE_CHANNEL);
}
