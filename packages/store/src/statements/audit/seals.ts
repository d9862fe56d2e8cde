import { asc, desc, eq, gt } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { auditLog, auditSeals } from '../../schema/index.ts';

export type Seal = typeof auditSeals.$inferSelect;
export type NewSeal = Omit<Seal, 'sealedAt'>;

/** Rows: reads the last seal of the chain, by primary key. Null if nothing is sealed. */
export async function findLastSeal(db: Database): Promise<Seal | null> {
  const [row] = await db.select().from(auditSeals).orderBy(desc(auditSeals.seq)).limit(1);
  return row ?? null;
}

/**
 * Rows: inserts the next seals of the chain. Fence: the primary key and audit_seals_line, so no
 * number and no line gets two seals.
 */
export async function insertSeals(tx: Database, seals: readonly NewSeal[]): Promise<void> {
  await tx.insert(auditSeals).values([...seals]);
}

/**
 * Rows: reads the seals after a number, each with its line; the line is null if it is missing.
 * Order: by number, by primary key.
 */
export async function readSealed(db: Database, after: bigint, limit: number) {
  return await db
    .select({ seal: auditSeals, line: auditLog })
    .from(auditSeals)
    .leftJoin(auditLog, eq(auditLog.id, auditSeals.auditId))
    .where(gt(auditSeals.seq, after))
    .orderBy(asc(auditSeals.seq))
    .limit(limit);
}
