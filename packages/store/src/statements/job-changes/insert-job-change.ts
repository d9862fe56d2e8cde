import type { Database } from '../../database.ts';
import { jobChanges } from '../../schema/index.ts';

/**
 * Rows: inserts one row of a job's history, in the transaction of the change. The row feeds the
 * live events and the queue counter.
 */
export async function insertJobChange(
  tx: Database,
  change: Omit<typeof jobChanges.$inferInsert, 'id' | 'xid'>,
): Promise<void> {
  await tx.insert(jobChanges).values(change);
}
