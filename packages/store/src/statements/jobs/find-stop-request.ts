import { and, eq, isNotNull, sql } from 'drizzle-orm';
import type { Database } from '../../connect.ts';
import { jobs } from '../../schema/index.ts';

/**
 * Rows: reads one job, by primary key. Fence: the attempt still holds the job.
 * Returns the age of the stop request in ms, by the database's clock; null where there is none.
 */
export async function findStopRequest(
  db: Database,
  jobId: string,
  attemptId: string,
): Promise<number | null> {
  const [row] = await db
    .select({
      askedMsAgo: sql<
        number | null
      >`(extract(epoch from clock_timestamp() - stop_requested_at) * 1000)::float8`,
    })
    .from(jobs)
    .where(and(eq(jobs.id, jobId), eq(jobs.attemptId, attemptId), isNotNull(jobs.leaseExpiresAt)));
  return row?.askedMsAgo ?? null;
}
