import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { INCARNATION_KEY } from './incarnation.ts';

/**
 * Rows: inserts the row of this incarnation, once. A dump brings rows with the transaction ids of
 * another cluster, which this snapshot does not see; their last id is found by job_changes_xid and
 * saved. Cursors of earlier incarnations have a gap anyway, so what was pruned before this
 * incarnation no longer matters. Several processes may call it at once: the first one inserts the
 * row, the others change nothing.
 */
export async function openIncarnation(db: Database): Promise<void> {
  await db.execute(sql`
    with now as materialized (select pg_current_snapshot() as snapshot), opened as (
      insert into database_incarnations (incarnation, last_change_id, last_queue_seq)
      select ${INCARNATION_KEY}, coalesce(max(c.id), 0),
        (select coalesce(max(queue_seq), 0) from jobs)
      from job_changes c, now
      where c.xid >= pg_snapshot_xmin(now.snapshot)
        and not pg_visible_in_snapshot(c.xid, now.snapshot)
      on conflict do nothing returning incarnation
    )
    update job_changes_forgotten set xid = '0'::xid8 where exists (select from opened)`);
}
