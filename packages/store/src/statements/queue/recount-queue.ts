import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';

/**
 * Rows: calculates queue_counts again from jobs_queue. Lock: the lock of the counts, so it waits
 * for a running fold. No writer of jobs waits for it.
 */
export async function recountQueue(db: Database): Promise<void> {
  await db.execute(sql`select queue_recount()`);
}
