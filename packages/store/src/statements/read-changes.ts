import type { JobStatus } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import type { Database } from '../connect.ts';

export type JobChange = {
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
  return inOrder.every((xid, index) => xid >= (inOrder[index - 1] ?? 0n) && (index === 0 ? xid <= xmax : xid < xmax));
}

/** More changes than this at once are a gap: whoever missed so much reads everything anew, and no reader grows this process. */
const MOST = 10_000;

/**
 * Reads: every change committed since the cursor's snapshot, by job_changes_xid, and the snapshot to go on from; with null, only that
 * snapshot. One statement, so changes and snapshot are of one moment: nothing is missed however transactions interleave. `gap`: what the cursor
 * had not seen is not all here, because it is of another cluster's future, was forgotten, or is too much.
 */
export async function readChangesSince(
  db: Database,
  cursor: string | null,
): Promise<{ readonly cursor: string; readonly gap: boolean; readonly changes: readonly JobChange[] }> {
  const since = cursor === null ? sql`pg_current_snapshot()` : sql`${cursor}::pg_snapshot`;
  const end = sql`pg_snapshot_xmax(pg_current_snapshot())`;
  const [row] = await db.execute<{ cursor: string; gap: boolean; changes: readonly JobChange[] }>(sql`
    with unseen as (
      select * from job_changes c where c.xid >= pg_snapshot_xmax(${since}) or c.xid = any (array(select pg_snapshot_xip(${since})))
      limit ${MOST + 1}
    )
    select pg_current_snapshot()::text as cursor,
      pg_snapshot_xmax(${since}) > ${end} or (select count(*) > ${MOST} from unseen) or exists (
        select from job_changes_forgotten f where f.xid < ${end}
          and (f.xid >= pg_snapshot_xmax(${since}) or f.xid >= any (array(select pg_snapshot_xip(${since}))))) as gap,
      coalesce((select json_agg(json_build_object('jobId', c.job_id, 'version', c.version, 'event', c.event, 'statusBefore', c.status_before,
          'statusAfter', c.status_after, 'actor', c.actor, 'at', to_char(c.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by c.id)
        from unseen c), '[]'::json) as changes`);
  if (row === undefined) throw new Error('the change feed gave no row');
  return { cursor: row.cursor, gap: row.gap, changes: row.gap ? [] : row.changes };
}
