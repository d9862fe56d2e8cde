import { decideFinish, type OwnEnd } from '@renderdeck/domain';
import type { Result, WorkerContext } from '../operation-context.ts';
import type { NextClaim } from './new-claim.ts';
import { type Attempt, type Ended, type EndingJob, endOwnJob } from './own-job.ts';
import { provenEnd, SET_BY_DATABASE } from './proven-end.ts';
import { type Reports, toProof } from './reports.ts';

export type FinishedAttempt = {
  readonly attempt: Attempt;
  readonly end: OwnEnd;
  /** Whether a process of the attempt got a signal before the end. */
  readonly signalled: boolean;
  readonly reports: Reports;
  readonly next?: NextClaim | null;
};

/**
 * Saves the end of an attempt that ended by itself. With `next`, the same statement claims the next
 * job. Rejected with `stopRequested` if a stop was requested first. But if the output was published
 * before any signal, the job is COMPLETED.
 */
export async function finishAttempt(
  context: WorkerContext,
  input: FinishedAttempt,
): Promise<Result<Ended>> {
  const { end, signalled, reports, next } = input;
  const decide = (own: EndingJob) => {
    const ended = { end, signalled, proof: toProof(reports) };
    const decided = decideFinish(own.job, own.attempt, ended, SET_BY_DATABASE);
    return provenEnd(own, decided, context.host, reports);
  };
  return await endOwnJob(context, input.attempt, decide, next);
}
