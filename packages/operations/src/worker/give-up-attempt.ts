import {
  type AttemptOutcome,
  applyEvent,
  decideAfterLoss,
  decideRelease,
  warnOfOutput,
} from '@renderdeck/domain';
import { QUEUE_CHANNEL } from '@renderdeck/store';
import type { DecidedChange, OwnJob } from './own-job.ts';
import { type Reports, sinceRequest } from './reports.ts';

/**
 * The change of a job whose attempt was lost or released. The job goes back to the queue, becomes
 * FAILED if no attempts are left, or becomes CANCELLED if a stop was requested. Without reports,
 * the attempt stays unconfirmed until its host reports.
 */
export function giveUpAttempt(
  { job, at, attempt }: OwnJob,
  by: { readonly actor: string; readonly outcome: AttemptOutcome; readonly why: string },
  reports: Reports | null,
): DecidedChange {
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
  const moved = applyEvent(job, event, at);
  if (!moved.ok) throw new Error(`job ${job.id} cannot be given up: ${moved.rejection.code}`);
  const warning = acknowledged ? null : warnOfOutput(attempt);
  const warnings = warning === null ? job.warnings : [...job.warnings, warning];
  const confirmed = reports === null ? {} : confirm({ job, attempt, at }, reports);
  return {
    after: { ...moved.job, warnings },
    line: { event: event.type, actor: by.actor, facts: { why: by.why } },
    attempt: {
      id: attempt.id,
      change: { outcome: acknowledged ? 'stopped' : by.outcome, endedAt: at, ...confirmed },
    },
    notify: [[QUEUE_CHANNEL, '']],
  };
}

/** What a proof of its host adds to an attempt. */
export function confirm(
  { job, attempt, at }: Pick<OwnJob, 'job' | 'attempt' | 'at'>,
  { stopReport, removalReport }: Reports,
) {
  return {
    stopReport: sinceRequest(job, attempt, stopReport),
    removalReport,
    confirmedAt: at,
  };
}
