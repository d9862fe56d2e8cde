import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { INCARNATION } from '../incarnations/incarnation.ts';

const JOBS = 50;
const CHUNKS = 2000;
/** A batch that takes longer is cancelled: another transaction holds rows that it needs. */
const TIMEOUT_MS = '5000';

/**
 * Rows: deletes the jobs that ended this long ago, at most one batch, with everything that belongs
 * to them; audit lines stay. delete_old_jobs (functions/retention.sql says which jobs) deletes
 * everything except the history and the submissions. Lock: its work lock and the jobs; it waits for
 * neither. Saves how far the history is deleted, so that an older cursor has a gap. If it deletes a
 * change that the counts of the queue do not contain, a recount must follow. Returns how many jobs
 * were deleted.
 */
export async function deleteOldJobs(tx: Database, olderThanMs: number): Promise<number> {
  await limitTime(tx);
  const gone = await tx.execute<{ id: string }>(
    sql`select id from delete_old_jobs(${olderThanMs} * interval '1 millisecond', ${JOBS}) as id`,
  );
  if (gone.length === 0) return 0;
  const ids = sql`any (${`{${gone.map(({ id }) => id).join(',')}}`}::uuid[])`;
  await tx.execute(sql`
    with this as materialized ${INCARNATION}, lines as (
      delete from job_changes where job_id = ${ids}
      returning id, xid, q_from is not null or q_to is not null as moved
    ), keys as (
      delete from submissions where job_id = ${ids}
    ), uncounted as (
      update queue_folds f set writer = null
      where f.in_force and exists (
        select from lines where moved and id > f.after_id
          and not pg_visible_in_snapshot(xid, f.snap))
    )
    insert into job_changes_forgotten as f (xid)
    select max(lines.xid) from lines, this where lines.id > this.last_change_id having count(*) > 0
    on conflict (only_row) do update set xid = greatest(f.xid, excluded.xid), at = excluded.at`);
  return gone.length;
}

/**
 * Rows: deletes chunks of the logs of attempts that ended this long ago, at most one batch, and
 * saves the deletion on each attempt whose log is gone. Lock: its work lock and the attempts; it
 * waits for neither. Returns how many chunks were deleted.
 */
export async function deleteOldLogs(tx: Database, olderThanMs: number): Promise<number> {
  await limitTime(tx);
  const [row] = await tx.execute<{ gone: number }>(
    sql`select delete_old_logs(${olderThanMs} * interval '1 millisecond', ${CHUNKS}) as gone`,
  );
  return row?.gone ?? 0;
}

async function limitTime(tx: Database): Promise<void> {
  await tx.execute(sql`select set_config('statement_timeout', ${TIMEOUT_MS}, true)`);
}

/** Rows: deletes the paces of templates that nobody has rendered for this long. */
export async function deleteOldPaces(db: Database, olderThanMs: number): Promise<void> {
  await db.execute(sql`
    delete from render_paces
    where at < clock_timestamp() - ${olderThanMs} * interval '1 millisecond'`);
}
