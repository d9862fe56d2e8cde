import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { prepare } from '../../prepared/prepare.ts';
import { takeWorkLock } from '../../work-lock.ts';

/** Only setPriority takes this lock, so claims, submissions and cancels never wait for it. */
const lock = prepare(() => sql`select ${takeWorkLock('queueOrder')}`);

/**
 * Rows: none. Lock: the lock of the queue order, until the transaction ends. Take it after the
 * locks of the jobs that change, and lock no other job after it, or two transactions can deadlock.
 */
export async function lockQueueOrder(tx: Database): Promise<void> {
  await lock(tx);
}
