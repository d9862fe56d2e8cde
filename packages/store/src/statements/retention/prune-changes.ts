import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { INCARNATION } from '../incarnations/incarnation.ts';

const BATCH = 5000;

/**
 * Rows: deletes the oldest changes, at most one batch, and saves how far the history of this
 * incarnation is deleted. Fence: it deletes only changes whose transaction every reader of this
 * incarnation sees as ended, and that the counts of the queue contain. Order: by primary key.
 * Deletes nothing before the incarnation is opened. Returns the number of deleted changes.
 */
export async function pruneChanges(db: Database, olderThanMs: number): Promise<number> {
  const [row] = await db.execute<{ gone: number }>(sql`
    with this as materialized ${INCARNATION}, oldest as (
      select id, xid, at, q_from is not null or q_to is not null as moved
      from job_changes order by id limit ${BATCH}
    ), gone as (
      delete from job_changes c using oldest o, this
      where c.id = o.id and o.at < clock_timestamp() - ${olderThanMs} * interval '1 millisecond'
        and (o.id <= this.last_change_id or o.xid < pg_snapshot_xmin(pg_current_snapshot()))
        and not (o.moved and exists (
          select from queue_folds f where f.in_force and o.id > f.after_id
            and not pg_visible_in_snapshot(o.xid, f.snap)))
      returning c.id, c.xid
    ), mark as (
      insert into job_changes_forgotten as f (xid)
      select max(gone.xid) from gone, this where gone.id > this.last_change_id having count(*) > 0
      on conflict (only_row) do update set xid = greatest(f.xid, excluded.xid), at = excluded.at
    )
    select count(*)::int as gone from gone`);
  return row?.gone ?? 0;
}
