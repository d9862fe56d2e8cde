import { decideGiveUp, endTime, type GivenUp, type HostProof } from '@renderdeck/domain';
import type { DecidedChange, EndingJob, OwnJob } from './own-job.ts';
import { SET_BY_DATABASE } from './proven-end.ts';
import { type Reports, toProof } from './reports.ts';

type By = GivenUp & { readonly actor: string };

/** The change of a job whose attempt was given up, with the proof of its host. */
export function giveUpProven(own: EndingJob, by: By, reports: Reports): DecidedChange {
  const { stopReport, removalReport, deadMsAgo } = reports;
  const { attempt, ...change } = giveUp(own, by, toProof(reports), SET_BY_DATABASE);
  return {
    ...change,
    attempt: { ...attempt, change: { ...attempt.change, removalReport } },
    proof: { deadMsAgo, stopReport },
  };
}

/**
 * The change of a job whose attempt was lost. The attempt stays unconfirmed until its host reports.
 * Its end is the time when its lease was last renewed, because nothing is known of it after that.
 */
export function giveUpLost(own: OwnJob, by: By): DecidedChange {
  const { at, attempt: before, leaseRenewedAt } = own;
  const msAgo = leaseRenewedAt === null ? 0 : at.getTime() - leaseRenewedAt.getTime();
  const endedAt = endTime(at, msAgo, before.createdAt);
  const { attempt, ...change } = giveUp(own, by, null, at);
  return { ...change, attempt: { ...attempt, change: { ...attempt.change, endedAt } } };
}

/** Decides with domain's end-attempt.ts. */
function giveUp({ job, attempt }: EndingJob, by: By, proof: HostProof | null, at: Date) {
  const decided = decideGiveUp(job, attempt, by, proof, at);
  if (!decided.ok) throw new Error(`job ${job.id} is not given up: ${decided.rejection.code}`);
  const { event, outcome, output, publications } = decided;
  return {
    after: decided.job,
    line: { event, actor: by.actor, facts: { why: by.why } },
    attempt: { id: attempt.id, change: { outcome, output, publications } },
    beginsToWait: true,
  };
}
