import { sql } from 'drizzle-orm';
import type { Database } from '../../connect.ts';
import { prepare } from '../../prepared/prepare.ts';

/** Only setPriority takes it, so claims, submissions and cancels never wait for it. */
const QUEUE_ORDER_LOCK = 7700;
const lock = prepare(() => sql`select pg_advisory_xact_lock(${QUEUE_ORDER_LOCK})`);

/**
 * Rows: none. Lock: the queue-order advisory lock, until the transaction ends.
 * Order: take it after the locks on the jobs that change. Lock no other job after it, or two
 * transactions can deadlock.
 */
export async function lockQueueOrder(tx: Database): Promise<void> {
  await lock(tx);
}
