import type { Database } from '../../connect.ts';
import { jobChanges } from '../../schema/index.ts';

/** Rows: one new line of the job's history, which feeds the live events and is the queue counter's delta. Written in the change's own transaction. */
export async function insertJobChange(
  tx: Database,
  change: Omit<typeof jobChanges.$inferInsert, 'id' | 'xid'>,
): Promise<void> {
  await tx.insert(jobChanges).values(change);
}
