import type { Job } from '@renderdeck/domain';
import { desc, eq, sql } from 'drizzle-orm';
import type { Database } from '../../connect.ts';
import { jobFromRow } from '../../rows.ts';
import { attempts, jobs } from '../../schema/index.ts';
import type { AttemptRow } from '../attempts/find-attempt.ts';
import { UNKNOWN_LEASE_MS } from './find-held-leases.ts';

/** A job as one statement read it. `at` is the database's time of that read. */
export type JobWithAttempts = {
  readonly job: Job;
  readonly at: Date;
  /** When the lease was claimed or last renewed, by the database's clock; null without a lease. */
  readonly leaseRenewedAt: Date | null;
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
    .select({
      job: jobs,
      at: sql<string>`clock_timestamp()`,
      leaseRenewedAt: sql<
        string | null
      >`lease_expires_at - coalesce(lease_ms, ${UNKNOWN_LEASE_MS}) * interval '1 millisecond'`,
      attempt: attempts,
    })
    .from(jobs)
    .leftJoin(attempts, eq(attempts.jobId, jobs.id))
    .where(eq(jobs.id, id))
    .orderBy(desc(attempts.number));
  const [first] = rows;
  if (first === undefined) return null;
  return {
    job: jobFromRow(first.job),
    at: new Date(first.at),
    leaseRenewedAt: first.leaseRenewedAt === null ? null : new Date(first.leaseRenewedAt),
    attemptId: first.job.attemptId,
    attempts: rows.flatMap(({ attempt }) => (attempt === null ? [] : [attempt])),
  };
}
