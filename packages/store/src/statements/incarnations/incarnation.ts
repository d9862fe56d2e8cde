import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { runPrepared } from '../../prepared/prepare.ts';

/**
 * The incarnation of the database that a statement runs in, as SQL. A promotion, a restore or a new
 * table changes it. It is the primary key of database_incarnations. Every role may read it. A
 * standby refuses to.
 */
export const INCARNATION_KEY: SQL = sql`(
  select concat_ws('-', control.system_identifier,
    ltrim(substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8), '0'), this_database.oid,
    to_regclass('job_changes')::oid)
  from pg_control_system() control, pg_database this_database
  where this_database.datname = current_database())`;

/**
 * One row, as SQL: the incarnation of the database and the facts of its row. The incarnation is the
 * key and the time when an API first saw it. If no API has seen it, the time is 0 and the facts are
 * null. The time is needed because two restores of one backup may begin with the same key.
 */
export const INCARNATION: SQL = sql`(
  select concat_ws('-', this.key,
      coalesce((extract(epoch from seen.seen_at) * 1000)::bigint, 0)) as incarnation,
    seen.last_change_id, seen.last_queue_seq, seen.incarnation is not null as is_open
  from (select ${INCARNATION_KEY} as key) this
    left join database_incarnations seen on seen.incarnation = this.key)`;

/**
 * Rows: reads the incarnation of the database, by primary key. It changes with each promotion or
 * restore, and once more when the first API sees the new incarnation.
 */
export async function readIncarnation(db: Database): Promise<string> {
  const [row] = await runPrepared<{ incarnation: string }>(
    db,
    sql`select incarnation from ${INCARNATION} this`,
  );
  if (row === undefined) throw new Error('the query for the incarnation returned no row');
  return row.incarnation;
}
