import type { Database } from '../../database.ts';
import { jobChanges } from '../../schema/index.ts';

/**
 * Rows: inserts one row of a job's history, in the transaction of the change. The live events and
 * the queue counter use the row.
 */
export async function insertJobChange(
  tx: Database,
  change: Omit<typeof jobChanges.$inferInsert, 'id' | 'xid'>,
): Promise<void> {
  await tx.insert(jobChanges).values(change);
}
