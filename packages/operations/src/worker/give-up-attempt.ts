import { decideGiveUp, endTime, type GivenUp } from '@renderdeck/domain';
import { QUEUE_CHANNEL } from '@renderdeck/store';
import type { DecidedChange, OwnJob } from './own-job.ts';
import { confirm, type Reports, toProof } from './reports.ts';

/**
 * The change of a job whose attempt was lost or released (domain's end-attempt.ts). Without
 * reports, the attempt stays unconfirmed until its host reports, and ended when its lease was last
 * renewed.
 */
export function giveUpAttempt(
  own: OwnJob,
  by: GivenUp & { readonly actor: string },
  reports: Reports | null,
): DecidedChange {
  const { job, at, attempt } = own;
  const { deadAt, confirmation } =
    reports === null ? { deadAt: null, confirmation: {} } : confirm(own, reports);
  const proof = reports === null ? null : toProof(reports);
  const decided = decideGiveUp(job, attempt, by, proof, deadAt ?? at);
  if (!decided.ok) throw new Error(`job ${job.id} is not given up: ${decided.rejection.code}`);
  const { event, outcome, output } = decided;
  return {
    after: decided.job,
    line: { event, actor: by.actor, facts: { why: by.why } },
    attempt: {
      id: attempt.id,
      change: { outcome, output, endedAt: deadAt ?? lastHeldAt(own), ...confirmation },
    },
    notify: [[QUEUE_CHANNEL, '']],
  };
}

/** When the lease was last renewed: nobody knows of the attempt since. */
function lastHeldAt({ at, attempt, leaseRenewedAt }: OwnJob): Date {
  const msAgo = leaseRenewedAt === null ? 0 : at.getTime() - leaseRenewedAt.getTime();
  return endTime(at, msAgo, attempt.createdAt);
}
