import type { JobStatus } from '@renderdeck/domain';
import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../connect.ts';

export type JobChange = {
  /** Grows in the order in which changes were written. */
  readonly id: string;
  /** The transaction that wrote it: see unseenBy. */
  readonly xid: string;
  readonly jobId: string;
  readonly version: number;
  readonly event: string;
  readonly statusBefore: JobStatus | null;
  readonly statusAfter: JobStatus;
  readonly actor: string;
  readonly at: string;
};

/** A cursor is a pg_snapshot as text: it says exactly which transactions were seen, whatever order they commit in. */
const CURSOR = /^(\d{1,20}):(\d{1,20}):(\d{1,20}(?:,\d{1,20})*)?$/;

/** True for text that PostgreSQL takes as a snapshot: the oldest that runs, those that run in order, and the end; an id has its low half set. */
export function isCursor(text: string): boolean {
  const [, first, end, running] = CURSOR.exec(text) ?? [];
  if (first === undefined || end === undefined) return false;
  const [xmin, xmax] = [BigInt(first), BigInt(end)];
  const inOrder = [xmin, ...(running?.split(',').map(BigInt) ?? [])];
  if ([xmin, xmax].some((xid) => BigInt.asUintN(32, xid) === 0n)) return false;
  return inOrder.every(
    (xid, index) => xid >= (inOrder[index - 1] ?? 0n) && (index === 0 ? xid <= xmax : xid < xmax),
  );
}

/** Tells of the transaction of a change whether a cursor has not seen it. */
export function unseenBy(cursor: string): (xid: string) => boolean {
  const [, , end = '', running] = CURSOR.exec(cursor) ?? [];
  const ran = new Set(running?.split(','));
  return (xid) => BigInt(xid) >= BigInt(end) || ran.has(xid);
}

/** More changes than this at once are a gap: whoever missed so much reads everything anew, and no reader grows this process. */
const MOST = 10_000;

const FIELDS = sql`json_build_object('id', c.id::text, 'xid', c.xid::text, 'jobId', c.job_id, 'version', c.version, 'event', c.event,
  'statusBefore', c.status_before, 'statusAfter', c.status_after, 'actor', c.actor, 'at', to_char(c.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))`;
const endOf = (since: SQL) => sql`pg_snapshot_xmax(${since})`;
const ranAt = (since: SQL) => sql`any (array(select pg_snapshot_xip(${since})))`;
const unseen = (since: SQL) => sql`(c.xid >= ${endOf(since)} or c.xid = ${ranAt(since)})`;
const forgotten = (since: SQL, end: SQL) =>
  sql`exists (select from job_changes_forgotten f where f.xid < ${end} and (f.xid >= ${endOf(since)} or f.xid >= ${ranAt(since)}))`;

export type ReadChanges = {
  readonly cursor: string;
  readonly gap: boolean;
  readonly changes: readonly JobChange[];
  /** The id of the last of all that the cursor had not seen; null where there is none. */
  readonly lastId: string | null;
};

/**
 * Reads: every change committed since the cursor's snapshot, or the first `most` of them, by job_changes_xid, and the snapshot to go on from; with
 * null, only that snapshot. One statement, so changes and snapshot are of one moment: nothing is missed however transactions interleave. `gap`: what
 * the cursor had not seen is not all here, because it is of another cluster's future, was forgotten, or is too much.
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
      ${endOf(since)} > ${end} or (select count(*) > ${MOST} from unseen) or ${forgotten(since, end)} as gap,
      (select max(id)::text from unseen) as "lastId",
      coalesce((select json_agg(${FIELDS} order by c.id) from page c), '[]'::json) as changes`);
  if (row === undefined) throw new Error('the change feed gave no row');
  return row.gap ? { ...row, changes: [], lastId: null } : row;
}

/**
 * Reads: the next `most` changes behind that id that the snapshot `until` has seen and `since` has not, in their order, by primary key. `gap`: some
 * were forgotten meanwhile; `cursor`: from where one can go on then.
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
      select * from job_changes c where c.id > ${place.afterId}::bigint and c.id <= ${place.lastId}::bigint
        and ${unseen(since)} and pg_visible_in_snapshot(c.xid, ${place.until}::pg_snapshot)
      order by c.id limit ${most}
    )
    select pg_current_snapshot()::text as cursor, ${forgotten(since, endOf(sql`pg_current_snapshot()`))} as gap,
      coalesce((select json_agg(${FIELDS} order by c.id) from page c), '[]'::json) as changes`);
  if (row === undefined) throw new Error('the change feed gave no row');
  return row.gap ? { ...row, changes: [] } : row;
}
