import { type AuditLine, MOST_COUNTED } from '@renderdeck/domain';
import { and, asc, getTableColumns, gt, or, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { auditLog, auditSeals } from '../../schema/index.ts';

type LastSeal = { readonly sealedBelow: string; readonly auditId: bigint };

/**
 * The condition that a line has no seal, without a look at the lines before the last seal. It
 * starts at the transaction `sealedBelow` of the last seal, below which all lines are sealed. After
 * a restore this transaction may be of another cluster; until this cluster has reached that id,
 * every line is read. Lines newer than the last sealed line are always read, by primary key. The
 * seal of each line is looked up by audit_seals_line, because a join may read all seals and this
 * runs many times a second.
 */
function isUnsealed(last: LastSeal | null): SQL | undefined {
  const sealedBelow = sql`${last?.sealedBelow ?? '0'}::xid8`;
  const end = sql`pg_snapshot_xmax(pg_current_snapshot())`;
  const ahead = sql`${sealedBelow} > ${end}`;
  return and(
    sql`(select seq from ${auditSeals} where ${auditSeals.auditId} = ${auditLog.id}) is null`,
    or(
      gt(auditLog.id, last?.auditId ?? 0n),
      and(
        sql`${auditLog.xid} >= case when ${ahead} then '0'::xid8 else ${sealedBelow} end`,
        sql`(${ahead} or ${auditLog.xid} < ${end})`,
      ),
    ),
  );
}

/**
 * Rows: reads committed lines without a seal. Order: by transaction, by audit_log_xid. `below`:
 * every transaction older than this one has ended, so no more lines of it can appear.
 */
export async function readUnsealed(
  tx: Database,
  last: LastSeal | null,
  limit: number,
): Promise<readonly { readonly line: AuditLine; readonly xid: string; readonly below: string }[]> {
  return await tx
    .select({
      line: getTableColumns(auditLog),
      xid: auditLog.xid,
      below: sql<string>`pg_snapshot_xmin(pg_current_snapshot())::text`,
    })
    .from(auditLog)
    .where(isUnsealed(last))
    .orderBy(asc(auditLog.xid), asc(auditLog.id))
    .limit(limit);
}

/** Lines without a seal. `oldestMs`: the age of the oldest of them; 0 without any. */
export type UnsealedNow = { readonly count: number; readonly oldestMs: number };

/**
 * Rows: counts the lines that readUnsealed would read, at most MOST_COUNTED of them, by the same
 * indexes. So it costs the same after years.
 */
export async function readUnsealedNow(db: Database, last: LastSeal | null): Promise<UnsealedNow> {
  const lines = db
    .select({ at: auditLog.at })
    .from(auditLog)
    .where(isUnsealed(last))
    .limit(MOST_COUNTED)
    .as('lines');
  const [row] = await db
    .select({
      count: sql<number>`count(*)::int`,
      oldestMs: sql<number>`greatest(0, round(
        extract(epoch from clock_timestamp() - min(${lines.at})) * 1000))::float8`,
    })
    .from(lines);
  return row ?? { count: 0, oldestMs: 0 };
}

/**
 * Rows: counts the lines without a seal, by audit_seals_line, and reads the time of the oldest one.
 */
export async function countUnsealed(
  db: Database,
): Promise<{ readonly count: number; readonly since: Date | null }> {
  const [row] = await db.execute<{ count: number; since: string | null }>(sql`
    select count(*)::int as count, min(at) as since from audit_log l
    where not exists (select from audit_seals s where s.audit_id = l.id)`);
  const since = row?.since ?? null;
  return { count: row?.count ?? 0, since: since === null ? null : new Date(since) };
}
