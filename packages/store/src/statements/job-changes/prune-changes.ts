import { sql } from 'drizzle-orm';
import type { Database } from '../../connect.ts';

const BATCH = 5000;

/**
 * Rows: deletes the oldest changes, at most one batch, and saves how far the history is gone.
 * Fence: only changes whose transaction has ended for every reader. Order: by primary key.
 * Returns how many changes were deleted.
 */
export async function pruneChanges(db: Database, olderThanMs: number): Promise<number> {
  const [row] = await db.execute<{ gone: number }>(sql`
    with oldest as (
      select id, xid, at from job_changes order by id limit ${BATCH}
    ), gone as (
      delete from job_changes c using oldest o
      where c.id = o.id and o.at < clock_timestamp() - ${olderThanMs} * interval '1 millisecond'
        and o.xid < pg_snapshot_xmin(pg_current_snapshot())
      returning c.xid
    ), mark as (
      insert into job_changes_forgotten as f (xid)
      select max(xid) from gone having count(*) > 0
      on conflict (only_row) do update set xid = greatest(f.xid, excluded.xid), at = excluded.at
    )
    select count(*)::int as gone from gone`);
  return row?.gone ?? 0;
}
