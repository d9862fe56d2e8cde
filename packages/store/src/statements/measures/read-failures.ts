import { type FailedJobs, MOST_FOUND, MOST_OF_FAILURE, TRANSITIONS } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';

/**
 * Rows: the failures of the jobs that failed since a time, by text and host: at most the newest
 * MOST_FOUND jobs, by jobs_ended_with_status.
 */
export async function readFailures(db: Database, from: Date): Promise<readonly FailedJobs[]> {
  return await db.execute<FailedJobs>(sql`
    with failed as (
      select left(failure, ${MOST_OF_FAILURE}) as failure, host from jobs
      where status = ${TRANSITIONS.fail.to} and ended_at is not null
        and ended_at >= ${from.toISOString()}::timestamptz
      order by status, ended_at desc nulls first, id limit ${MOST_FOUND}
    )
    select coalesce(failure, '') as failure, host, count(*)::float8 as count
    from failed group by 1, 2`);
}
