import type { StopRequest } from '@renderdeck/domain';
import { and, eq, isNotNull, sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { jobFromRow } from '../../rows.ts';
import { jobs } from '../../schema/index.ts';

/** A stop request and its age in ms, by the database's clock. */
export type AskedStop = { readonly request: StopRequest; readonly askedMsAgo: number };

/**
 * Rows: reads one job, by primary key. Fence: the attempt still holds the job. Null if there is no
 * stop request.
 */
export async function findStopRequest(
  db: Database,
  jobId: string,
  attemptId: string,
): Promise<AskedStop | null> {
  const [row] = await db
    .select({
      job: jobs,
      askedMsAgo: sql<
        number | null
      >`(extract(epoch from clock_timestamp() - stop_requested_at) * 1000)::float8`,
    })
    .from(jobs)
    .where(and(eq(jobs.id, jobId), eq(jobs.attemptId, attemptId), isNotNull(jobs.leaseExpiresAt)));
  if (row === undefined || row.askedMsAgo === null) return null;
  const { stopRequest } = jobFromRow(row.job);
  return stopRequest === null ? null : { request: stopRequest, askedMsAgo: row.askedMsAgo };
}
