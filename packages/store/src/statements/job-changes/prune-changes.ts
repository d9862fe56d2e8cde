import { lt, sql } from 'drizzle-orm';
import type { Database } from '../../connect.ts';
import { submissions } from '../../schema/index.ts';

const AT_ONCE = 5000;

/**
 * Rows: the oldest lines of the history that are older than that, so many at once, and the mark that says how far it was forgotten. Order: by
 * primary key, so it never looks beyond the oldest. Fence: lines of transactions that are over for everyone alone. Gives how many are gone.
 */
export async function pruneChanges(db: Database, olderThanMs: number): Promise<number> {
  const [row] = await db.execute<{ gone: number }>(sql`
    with oldest as (
      select id, xid, at from job_changes order by id limit ${AT_ONCE}
    ), gone as (
      delete from job_changes c using oldest o
      where c.id = o.id and o.at < clock_timestamp() - ${olderThanMs} * interval '1 millisecond' and o.xid < pg_snapshot_xmin(pg_current_snapshot())
      returning c.xid
    ), mark as (
      insert into job_changes_forgotten as f (xid) select max(xid) from gone having count(*) > 0
      on conflict (only_row) do update set xid = greatest(f.xid, excluded.xid), at = excluded.at
    )
    select count(*)::int as gone from gone`);
  return row?.gone ?? 0;
}

/** Rows: submissions older than that, by submissions_created: their keys are free again. */
export async function pruneSubmissions(db: Database, olderThanMs: number): Promise<void> {
  await db
    .delete(submissions)
    .where(
      lt(submissions.createdAt, sql`clock_timestamp() - ${olderThanMs} * interval '1 millisecond'`),
    );
}
