import type { Job } from '@renderdeck/domain';
import { desc, eq, sql } from 'drizzle-orm';
import type { Database } from '../../connect.ts';
import { jobFromRow } from '../../rows.ts';
import { attempts, jobs } from '../../schema/index.ts';
import type { AttemptRow } from '../attempts/find-attempt.ts';

/** A job as one statement read it. `at` is the database's time of that read. */
export type JobWithAttempts = {
  readonly job: Job;
  readonly at: Date;
  /** The latest attempt of the job, also after its end. */
  readonly attemptId: string | null;
  /** The newest first. */
  readonly attempts: readonly AttemptRow[];
};

/**
 * Rows: reads one job and its attempts, by primary key and attempts_number. Lock: none; changeJob
 * fences what is decided from it. Null where no job has the id.
 */
export async function findJobWithAttempts(
  db: Database,
  id: string,
): Promise<JobWithAttempts | null> {
  const rows = await db
    .select({ job: jobs, at: sql<string>`clock_timestamp()`, attempt: attempts })
    .from(jobs)
    .leftJoin(attempts, eq(attempts.jobId, jobs.id))
    .where(eq(jobs.id, id))
    .orderBy(desc(attempts.number));
  const [first] = rows;
  if (first === undefined) return null;
  return {
    job: jobFromRow(first.job),
    at: new Date(first.at),
    attemptId: first.job.attemptId,
    attempts: rows.flatMap(({ attempt }) => (attempt === null ? [] : [attempt])),
  };
}
