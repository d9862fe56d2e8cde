import {
  type AttemptOutcome,
  applyEvent,
  decideAfterLoss,
  decideRelease,
  endTime,
  warnOfOutput,
} from '@renderdeck/domain';
import { QUEUE_CHANNEL } from '@renderdeck/store';
import type { DecidedChange, OwnJob } from './own-job.ts';
import { confirm, type Reports } from './reports.ts';

/**
 * The change of a job whose attempt was lost or released. The job goes back to the queue, becomes
 * FAILED if no attempts are left, or becomes CANCELLED if a stop was requested. Without reports,
 * the attempt stays unconfirmed until its host reports, and ended when its lease was last renewed.
 */
export function giveUpAttempt(
  own: OwnJob,
  by: { readonly actor: string; readonly outcome: AttemptOutcome; readonly why: string },
  reports: Reports | null,
): DecidedChange {
  const { job, at, attempt } = own;
  const { deadAt, confirmation } =
    reports === null ? { deadAt: null, confirmation: {} } : confirm(own, reports);
  const acknowledged = job.stopRequest !== null && reports !== null;
  const event = acknowledged
    ? ({
        type: 'acknowledgeStop',
        attemptId: attempt.id,
        survivors: reports.stopReport.survivors.length,
      } as const)
    : by.outcome === 'released'
      ? decideRelease(job, by.why)
      : decideAfterLoss(job, by.why);
  if (event === null) throw new Error(`job ${job.id} has no lease, but attempt ${attempt.id} has`);
  const moved = applyEvent(job, event, deadAt ?? at);
  if (!moved.ok) throw new Error(`job ${job.id} cannot be given up: ${moved.rejection.code}`);
  const warning = acknowledged ? null : warnOfOutput(attempt);
  const warnings = warning === null ? job.warnings : [...job.warnings, warning];
  return {
    after: { ...moved.job, warnings },
    line: { event: event.type, actor: by.actor, facts: { why: by.why } },
    attempt: {
      id: attempt.id,
      change: {
        outcome: acknowledged ? 'stopped' : by.outcome,
        endedAt: deadAt ?? lastHeldAt(own),
        ...confirmation,
      },
    },
    notify: [[QUEUE_CHANNEL, '']],
  };
}

/** When the lease was last renewed: nobody knows of the attempt since. */
function lastHeldAt({ at, attempt, leaseRenewedAt }: OwnJob): Date {
  const msAgo = leaseRenewedAt === null ? 0 : at.getTime() - leaseRenewedAt.getTime();
  return endTime(at, msAgo, attempt.createdAt);
}
