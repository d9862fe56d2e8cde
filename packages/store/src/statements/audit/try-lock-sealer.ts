import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { tryWorkLock } from '../../work-lock.ts';

/**
 * Rows: none. Lock: the lock of the seals, until the transaction ends. Never waits: returns false
 * if another sealer holds the lock.
 */
export async function tryLockSealer(tx: Database): Promise<boolean> {
  const [row] = await tx.execute<{ taken: boolean }>(
    sql`select ${tryWorkLock('auditSeals')} as taken`,
  );
  return row?.taken === true;
}
