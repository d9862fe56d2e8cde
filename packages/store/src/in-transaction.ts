import type { Database } from './connect.ts';
import { sqlState } from './sql-state.ts';

/** serialization_failure and deadlock_detected: nothing happened, and trying again is right. */
const TRY_AGAIN: ReadonlySet<string> = new Set(['40001', '40P01']);
const TRIES = 3;

/** Runs `work` in one transaction, again from the start where the database could not serialise it; throws what `work` throws, with nothing changed. */
export async function inTransaction<Result>(
  db: Database,
  work: (tx: Database) => Promise<Result>,
): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await db.transaction(work);
    } catch (error) {
      if (tries === TRIES || !TRY_AGAIN.has(sqlState(error) ?? '')) throw error;
    }
  }
}
