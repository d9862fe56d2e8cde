import type { JobStatus } from '@renderdeck/domain';
import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { runPrepared } from '../../prepared/prepare.ts';
import { INCARNATION } from '../incarnations/incarnation.ts';
import { openIncarnation } from '../incarnations/open-incarnation.ts';
import type { Cursor } from './cursor.ts';

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
 * A cursor that has missed more changes than this gets a gap, and its reader reads everything
 * again. So no reader can fill the memory of this process.
 */
const MOST = 10_000;

const FIELDS = sql`json_build_object(
  'id', c.id::text, 'xid', c.xid::text, 'jobId', c.job_id, 'version', c.version, 'event', c.event,
  'statusBefore', c.status_before, 'statusAfter', c.status_after, 'actor', c.actor,
  'at', to_char(c.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))`;
const endOf = (since: SQL) => sql`pg_snapshot_xmax(${since})`;
const ranAt = (since: SQL) => sql`any (array(select pg_snapshot_xip(${since})))`;
const NOW = sql`pg_current_snapshot()`;
/** Changes with a transaction id ahead of the snapshot came with a dump. They count as seen. */
const unseen = (since: SQL) =>
  sql`(c.xid >= ${endOf(since)} and c.xid < ${endOf(NOW)} or c.xid = ${ranAt(since)})`;
const pruned = (since: SQL) => sql`exists (
  select from job_changes_forgotten f
  where f.xid < ${endOf(NOW)} and (f.xid >= ${endOf(since)} or f.xid >= ${ranAt(since)}))`;
/**
 * The snapshot for the next cursor: that of this statement, up to the last transaction that changed
 * a job, or whose change was pruned. Its commit is on disk. Later transactions may all have been
 * rolled back, which a crash of PostgreSQL may forget: then it gives their ids out again.
 */
const LASTING = sql`(
  select concat(coalesce((array_agg(x order by x))[1], last.until), ':', last.until, ':',
    string_agg(x::text, ',' order by x))
  from (select greatest(
      (select c.xid from job_changes c where c.xid < ${endOf(NOW)} order by c.xid desc limit 1),
      (select f.xid from job_changes_forgotten f where f.xid < ${endOf(NOW)}), '2'::xid8
    )::text::numeric + 1 as after) of,
    lateral (select case when after % 4294967296 = 0 then after + 3 else after end::text::xid8
      as until) last
    left join lateral pg_snapshot_xip(${NOW}) x on x < last.until
  group by last.until)`;
export type ReadChanges = {
  readonly cursor: string;
  readonly gap: boolean;
  readonly changes: readonly JobChange[];
  /** The id of the last change that the cursor had not seen; null if there is none. */
  readonly lastId: string | null;
  /** How many changes the cursor had not seen. */
  readonly missed: number;
};
type Opened<Read> = Read & { readonly isOpen: boolean };

/**
 * Rows: reads the first `most` changes that the cursor has not seen, by unseen_changes, and the
 * next cursor. It is one statement, so the changes and the cursor are of one snapshot and no change
 * is missed. `gap`: changes may be missing, because the cursor is of another incarnation of the
 * database or ahead of it, because changes were pruned, or because there are too many. With a null
 * cursor it reads only the next cursor.
 */
export async function readChangesSince(
  db: Database,
  cursor: Cursor | null,
  most = MOST,
): Promise<ReadChanges> {
  const since = cursor === null ? NOW : sql`${cursor.snapshot}::pg_snapshot`;
  const isOther = cursor === null ? sql`false` : sql`this.incarnation <> ${cursor.incarnation}`;
  return await inOpenIncarnation(db, async () => {
    const statement = sql`
      with this as materialized ${INCARNATION},
        unseen as materialized (
          select c.* from this,
            unseen_changes(${since}, this.last_change_id, ${MOST + 1}::int) c
          where this.last_change_id is not null and not (${isOther})),
        page as (select * from unseen order by id limit ${most})
      select this.last_change_id is not null as "isOpen",
        this.incarnation || '/' || ${LASTING} as cursor,
        ${isOther} or ${endOf(since)} > ${endOf(NOW)}
          or (select count(*) > ${MOST} from unseen) or ${pruned(since)} as gap,
        (select max(id)::text from unseen) as "lastId",
        (select count(*)::int from unseen) as missed,
        coalesce((select json_agg(${FIELDS} order by c.id) from page c), '[]'::json) as changes
      from this`;
    const [row] = await runPrepared<Opened<ReadChanges>>(db, statement);
    return row?.gap ? { ...row, changes: [], lastId: null, missed: 0 } : row;
  });
}

/**
 * Rows: reads the next `most` changes after an id that `until` has seen and `since` has not; both
 * are of one incarnation. Order: by id, by primary key. `gap`: some changes were pruned since, or
 * another incarnation has begun; then continue from `cursor`.
 */
export async function readMoreChanges(
  db: Database,
  place: {
    readonly since: Cursor;
    readonly until: Cursor;
    readonly afterId: string;
    readonly lastId: string;
  },
  most: number,
): Promise<Omit<ReadChanges, 'lastId' | 'missed'>> {
  const since = sql`${place.since.snapshot}::pg_snapshot`;
  const until = sql`${place.until.snapshot}::pg_snapshot`;
  const isOther = sql`this.incarnation <> ${place.until.incarnation}`;
  return await inOpenIncarnation(db, async () => {
    const statement = sql`
      with this as materialized ${INCARNATION}, page as (
        select * from job_changes c
        where c.id > ${place.afterId}::bigint and c.id <= ${place.lastId}::bigint
          and c.id > (select last_change_id from this)
          and ${unseen(since)} and pg_visible_in_snapshot(c.xid, ${until})
        order by c.id limit ${most}
      )
      select this.last_change_id is not null as "isOpen",
        this.incarnation || '/' || ${LASTING} as cursor,
        ${isOther} or ${pruned(since)} as gap,
        coalesce((select json_agg(${FIELDS} order by c.id) from page c), '[]'::json) as changes
      from this`;
    const [row] = await runPrepared<Opened<Omit<ReadChanges, 'lastId' | 'missed'>>>(db, statement);
    return row?.gap ? { ...row, changes: [] } : row;
  });
}

/**
 * Reads. If this process is the first that sees the incarnation of the database, it opens the
 * incarnation first.
 */
async function inOpenIncarnation<Read>(
  db: Database,
  read: () => Promise<Opened<Read> | undefined>,
): Promise<Read> {
  const first = await read();
  if (first?.isOpen) return first;
  await openIncarnation(db);
  const again = await read();
  if (again?.isOpen) return again;
  throw new Error('the database has changed its incarnation again and again');
}
