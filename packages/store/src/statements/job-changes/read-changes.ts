import type { JobStatus } from '@renderdeck/domain';
import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../connect.ts';

export type JobChange = {
  /** Grows in the order in which the changes were written. */
  readonly id: string;
  /** The transaction that wrote the change; unseenBy compares it with a cursor. */
  readonly xid: string;
  readonly jobId: string;
  readonly version: number;
  readonly event: string;
  readonly statusBefore: JobStatus | null;
  readonly statusAfter: JobStatus;
  readonly actor: string;
  readonly at: string;
};

/**
 * A cursor that has missed more changes than this gets a gap and reads everything again, so that
 * no reader can fill the memory of this process.
 */
const MOST = 10_000;

const FIELDS = sql`json_build_object(
  'id', c.id::text, 'xid', c.xid::text, 'jobId', c.job_id, 'version', c.version, 'event', c.event,
  'statusBefore', c.status_before, 'statusAfter', c.status_after, 'actor', c.actor,
  'at', to_char(c.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))`;
const endOf = (since: SQL) => sql`pg_snapshot_xmax(${since})`;
const ranAt = (since: SQL) => sql`any (array(select pg_snapshot_xip(${since})))`;
const unseen = (since: SQL) => sql`(c.xid >= ${endOf(since)} or c.xid = ${ranAt(since)})`;
const pruned = (since: SQL, end: SQL) => sql`exists (
  select from job_changes_forgotten f
  where f.xid < ${end} and (f.xid >= ${endOf(since)} or f.xid >= ${ranAt(since)}))`;

export type ReadChanges = {
  readonly cursor: string;
  readonly gap: boolean;
  readonly changes: readonly JobChange[];
  /** The id of the last change that the cursor had not seen; null where there is none. */
  readonly lastId: string | null;
};

/**
 * Rows: reads the first `most` changes that the cursor has not seen, by job_changes_xid, and the
 * next cursor. One statement, so changes and cursor are of one snapshot and none is missed.
 * `gap`: changes may be missing. The cursor is ahead of this cluster, the changes were pruned, or
 * there are too many. A null cursor reads only the next cursor.
 */
export async function readChangesSince(
  db: Database,
  cursor: string | null,
  most = MOST,
): Promise<ReadChanges> {
  const since = cursor === null ? sql`pg_current_snapshot()` : sql`${cursor}::pg_snapshot`;
  const end = endOf(sql`pg_current_snapshot()`);
  const [row] = await db.execute<ReadChanges>(sql`
    with unseen as (select * from job_changes c where ${unseen(since)} limit ${MOST + 1}),
      page as (select * from unseen order by id limit ${most})
    select pg_current_snapshot()::text as cursor,
      ${endOf(since)} > ${end} or (select count(*) > ${MOST} from unseen)
        or ${pruned(since, end)} as gap,
      (select max(id)::text from unseen) as "lastId",
      coalesce((select json_agg(${FIELDS} order by c.id) from page c), '[]'::json) as changes`);
  if (row === undefined) throw new Error('the change feed gave no row');
  return row.gap ? { ...row, changes: [], lastId: null } : row;
}

/**
 * Rows: reads the next `most` changes after an id that `until` has seen and `since` has not.
 * Order: by id, by primary key. `gap`: some were pruned since; continue from `cursor` then.
 */
export async function readMoreChanges(
  db: Database,
  place: {
    readonly since: string;
    readonly until: string;
    readonly afterId: string;
    readonly lastId: string;
  },
  most: number,
): Promise<Omit<ReadChanges, 'lastId'>> {
  const since = sql`${place.since}::pg_snapshot`;
  const [row] = await db.execute<Omit<ReadChanges, 'lastId'>>(sql`
    with page as (
      select * from job_changes c
      where c.id > ${place.afterId}::bigint and c.id <= ${place.lastId}::bigint
        and ${unseen(since)} and pg_visible_in_snapshot(c.xid, ${place.until}::pg_snapshot)
      order by c.id limit ${most}
    )
    select pg_current_snapshot()::text as cursor,
      ${pruned(since, endOf(sql`pg_current_snapshot()`))} as gap,
      coalesce((select json_agg(${FIELDS} order by c.id) from page c), '[]'::json) as changes`);
  if (row === undefined) throw new Error('the change feed gave no row');
  return row.gap ? { ...row, changes: [] } : row;
}
