import { sql } from 'drizzle-orm';
import type { Database } from '../../connect.ts';

/** Any number that only sealers use. */
const SEALER_LOCK = 7703;

/**
 * Rows: none. Lock: the sealers' advisory lock, until the transaction ends. Never waits: returns
 * false where another sealer holds the lock.
 */
export async function tryLockSealer(tx: Database): Promise<boolean> {
  const [row] = await tx.execute<{ taken: boolean }>(
    sql`select pg_try_advisory_xact_lock(${SEALER_LOCK}) as taken`,
  );
  return row?.taken === true;
}
