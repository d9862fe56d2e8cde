import { sql } from 'drizzle-orm';
import type { Database } from '../../connect.ts';

/** Taken by setPriority only: claims, submissions and cancels never wait for it. */
const QUEUE_ORDER_LOCK = 7700;

/** No rows. Lock: the queue-order advisory lock until the transaction ends. Always before any job row, never while holding one. */
export async function lockQueueOrder(tx: Database): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${QUEUE_ORDER_LOCK})`);
}
