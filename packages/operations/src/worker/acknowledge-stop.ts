import { decideAcknowledge } from '@renderdeck/domain';
import type { Result, WorkerContext } from '../operation-context.ts';
import type { NextClaim } from './new-claim.ts';
import { type Attempt, type Ended, type EndingJob, endOwnJob } from './own-job.ts';
import { provenEnd, SET_BY_DATABASE } from './proven-end.ts';
import { type Reports, toProof } from './reports.ts';

/**
 * Makes a job CANCELLED, because its worker has proved that no process is left and has reported the
 * files. The job's end is the time when its processes had ended. With `next`, the same statement
 * claims the next job. Rejected while a process survives, or if the attempt has lost its job.
 */
export async function acknowledgeStop(
  context: WorkerContext,
  input: {
    readonly attempt: Attempt;
    readonly reports: Reports;
    readonly next?: NextClaim | null;
  },
): Promise<Result<Ended>> {
  const { attempt, reports, next } = input;
  const decide = (own: EndingJob) => {
    const decided = decideAcknowledge(own.job, own.attempt, toProof(reports), SET_BY_DATABASE);
    return provenEnd(own, decided, context.host, reports);
  };
  return await endOwnJob(context, attempt, decide, next);
}
