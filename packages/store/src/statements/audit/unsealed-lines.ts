import type { AuditLine } from '@renderdeck/domain';
import { and, asc, getTableColumns, gt, or, sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { auditLog, auditSeals } from '../../schema/index.ts';

/**
 * Rows: reads committed lines without a seal. Order: by transaction, by audit_log_xid. It starts at
 * the transaction `sealedBelow` of the last seal, below which all lines are sealed. After a restore
 * this transaction may be of another cluster; until this cluster has reached that id, every line is
 * read. Lines newer than the last sealed line are always read, by primary key. The seal of each
 * line is looked up by audit_seals_line, because a join may read all seals and this runs many times
 * a second. `below`: every transaction older than this one has ended, so no more lines of it can
 * appear.
 */
export async function readUnsealed(
  tx: Database,
  last: { readonly sealedBelow: string; readonly auditId: bigint } | null,
  limit: number,
): Promise<readonly { readonly line: AuditLine; readonly xid: string; readonly below: string }[]> {
  const sealedBelow = sql`${last?.sealedBelow ?? '0'}::xid8`;
  const end = sql`pg_snapshot_xmax(pg_current_snapshot())`;
  const ahead = sql`${sealedBelow} > ${end}`;
  return await tx
    .select({
      line: getTableColumns(auditLog),
      xid: auditLog.xid,
      below: sql<string>`pg_snapshot_xmin(pg_current_snapshot())::text`,
    })
    .from(auditLog)
    .where(
      and(
        sql`(select seq from ${auditSeals} where ${auditSeals.auditId} = ${auditLog.id}) is null`,
        or(
          gt(auditLog.id, last?.auditId ?? 0n),
          and(
            sql`${auditLog.xid} >= case when ${ahead} then '0'::xid8 else ${sealedBelow} end`,
            sql`(${ahead} or ${auditLog.xid} < ${end})`,
          ),
        ),
      ),
    )
    .orderBy(asc(auditLog.xid), asc(auditLog.id))
    .limit(limit);
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
