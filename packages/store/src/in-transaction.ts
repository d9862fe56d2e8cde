import type { Database } from './database.ts';
import { isConflict } from './database-conditions.ts';
import type { TransactionBounds } from './transaction-bounds.ts';

const MAX_TRIES = 3;

/**
 * Runs `work` in one transaction, and again from the start after a serialization failure or a
 * deadlock. Throws the error of `work` or of any of its statements; nothing has changed then.
 * PostgreSQL enforces `bounds`, even if this program is gone.
 */
export async function inTransaction<Result>(
  db: Database,
  work: (tx: Database) => Promise<Result>,
  bounds: TransactionBounds = {},
): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await db.begin(work, bounds);
    } catch (error) {
      if (tries === MAX_TRIES || !isConflict(error)) throw error;
    }
  }
}

/**
 * Runs the reads of `work` in one snapshot, so that they all see the same moment. Takes no lock and
 * changes nothing. A read of a single statement does not need it. Inside an open READ COMMITTED
 * transaction it gives no snapshot, so call it with the pool.
 */
export async function inSnapshot<Result>(
  db: Database,
  work: (tx: Database) => Promise<Result>,
): Promise<Result> {
  return await new Promise<Result>((resolve, reject) => {
    // The caller need not wait for the end of a transaction that only reads.
    const read = async (tx: Database) => resolve(await work(tx));
    db.begin(read, { isolationLevel: 'repeatable read', accessMode: 'read only' }).catch(reject);
  });
}
