import type { AuditLine } from '@renderdeck/domain';
import { and, asc, desc, eq, getTableColumns, gt, isNull, sql } from 'drizzle-orm';
import type { Database } from '../../connect.ts';
import { auditLog, auditSeals } from '../../schema/index.ts';

/** Any number that only sealers take: one seals at a time, the others leave it to it. */
const SEALER_LOCK = 7703;

export type Seal = typeof auditSeals.$inferSelect;
export type NewSeal = Omit<Seal, 'sealedAt'>;

/** No rows. Lock: the sealers' advisory lock, until the transaction ends; false where another holds it. Waits for nobody. */
export async function tryLockSealer(tx: Database): Promise<boolean> {
  const [row] = await tx.execute<{ taken: boolean }>(
    sql`select pg_try_advisory_xact_lock(${SEALER_LOCK}) as taken`,
  );
  return row?.taken === true;
}

/** Reads: the end of the chain, by primary key; null where nothing is sealed. */
export async function findLastSeal(db: Database): Promise<Seal | null> {
  const [row] = await db.select().from(auditSeals).orderBy(desc(auditSeals.seq)).limit(1);
  return row ?? null;
}

/**
 * Reads: lines that are committed and not sealed, those of older transactions first, by audit_log_xid and audit_seals_line. Everything below
 * `sealedBelow` is sealed; after a restore into another cluster, where transactions count anew, all is looked through once. `below`: older
 * transactions than this are over, so none of their lines can come any more.
 */
export async function readUnsealed(
  tx: Database,
  sealedBelow: string,
  limit: number,
): Promise<readonly { readonly line: AuditLine; readonly xid: string; readonly below: string }[]> {
  const end = sql`pg_snapshot_xmax(pg_current_snapshot())`;
  const ahead = sql`${sealedBelow}::xid8 > ${end}`;
  return await tx
    .select({
      line: getTableColumns(auditLog),
      xid: auditLog.xid,
      below: sql<string>`pg_snapshot_xmin(pg_current_snapshot())::text`,
    })
    .from(auditLog)
    .leftJoin(auditSeals, eq(auditSeals.auditId, auditLog.id))
    .where(
      and(
        isNull(auditSeals.seq),
        sql`${auditLog.xid} >= case when ${ahead} then '0'::xid8 else ${sealedBelow}::xid8 end`,
        sql`(${ahead} or ${auditLog.xid} < ${end})`,
      ),
    )
    .orderBy(asc(auditLog.xid), asc(auditLog.id))
    .limit(limit);
}

/** Rows: the next seals of the chain. Fence: the primary key; two that seal the same line or number cannot both commit. */
export async function insertSeals(tx: Database, seals: readonly NewSeal[]): Promise<void> {
  await tx.insert(auditSeals).values([...seals]);
}

/** Reads: seals after a number, each with its line or null where that is gone, in order, by primary keys. */
export async function readSealed(db: Database, after: bigint, limit: number) {
  return await db
    .select({ seal: auditSeals, line: auditLog })
    .from(auditSeals)
    .leftJoin(auditLog, eq(auditLog.id, auditSeals.auditId))
    .where(gt(auditSeals.seq, after))
    .orderBy(asc(auditSeals.seq))
    .limit(limit);
}

/** Reads: how many lines have no seal, and since when the oldest of them. */
export async function countUnsealed(
  db: Database,
): Promise<{ readonly count: number; readonly since: Date | null }> {
  const [row] = await db.execute<{ count: number; since: string | null }>(sql`
    select count(*)::int as count, min(at) as since from audit_log l where not exists (select from audit_seals s where s.audit_id = l.id)`);
  const since = row?.since ?? null;
  return { count: row?.count ?? 0, since: since === null ? null : new Date(since) };
}
