/*
 * Jobs that are submitted while others are being queued are queued together, in one statement and
 * in the order of the calls (gather.ts). Each has its own job, audit line and answer, as if it had
 * come alone.
 */
import type { JobView } from '@renderdeck/domain';
import { type Database, insertJobs, isRefusedValue, type SubmittedJob } from '@renderdeck/store';
import { gather } from '../gather.ts';
import type { AdminContext, DatabaseContext } from '../operation-context.ts';
import { type Submission, submitJob } from './submit-job.ts';

/** Returns a submitJob for a program with many submissions at once. */
export function createSubmitter({
  db,
}: DatabaseContext): (context: AdminContext, input: Submission) => ReturnType<typeof submitJob> {
  const insert = gather((jobs: readonly SubmittedJob[]) => insertEach(db, jobs));
  return (context, input) => submitJob(context, input, insert);
}

/** Queues jobs together. If the database refuses a value, only the job with that value fails. */
async function insertEach(
  db: Database,
  jobs: readonly SubmittedJob[],
): Promise<readonly (JobView | Error)[]> {
  try {
    return await insertJobs(db, jobs);
  } catch (error) {
    // After a refused value nothing was queued. After any other error that is not known.
    if (jobs.length === 1 || !isRefusedValue(error)) throw error;
    const alone = await Promise.allSettled(jobs.map((job) => insertJobs(db, [job])));
    return alone.flatMap((end): readonly (JobView | Error)[] =>
      end.status === 'fulfilled' ? end.value : [toError(end.reason)],
    );
  }
}

function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
