import type { Database } from './connect.ts';
import { sqlState } from './sql-state.ts';

/** serialization_failure and deadlock_detected: nothing has changed, so a retry is safe. */
const RETRYABLE: ReadonlySet<string> = new Set(['40001', '40P01']);
const MAX_TRIES = 3;

/**
 * Runs `work` in one transaction, and again from the start after a serialization failure or a
 * deadlock. Throws what `work` throws; then nothing has changed.
 */
export async function inTransaction<Result>(
  db: Database,
  work: (tx: Database) => Promise<Result>,
): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await db.transaction(work);
    } catch (error) {
      if (tries === MAX_TRIES || !RETRYABLE.has(sqlState(error) ?? '')) throw error;
    }
  }
}
