import { sql } from 'drizzle-orm';
import type { Database } from '../../connect.ts';

/** Only setPriority takes it, so claims, submissions and cancels never wait for it. */
const QUEUE_ORDER_LOCK = 7700;

/**
 * Rows: none. Lock: the queue-order advisory lock, until the transaction ends.
 * Order: take it before any lock on a job, never after, or two transactions can deadlock.
 */
export async function lockQueueOrder(tx: Database): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${QUEUE_ORDER_LOCK})`);
}
