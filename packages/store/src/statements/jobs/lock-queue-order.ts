import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { prepare } from '../../prepared/prepare.ts';
import { takeWorkLock } from '../../work-lock.ts';

/** Only setPriority takes it, so claims, submissions and cancels never wait for it. */
const lock = prepare(() => sql`select ${takeWorkLock('queueOrder')}`);

/**
 * Rows: none. Lock: the lock of the queue's order, until the transaction ends.
 * Order: take it after the locks on the jobs that change. Lock no other job after it, or two
 * transactions can deadlock.
 */
export async function lockQueueOrder(tx: Database): Promise<void> {
  await lock(tx);
}
