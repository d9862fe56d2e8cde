import type { Database } from './connect.ts';
import { ABORTED, sqlState } from './sql-state.ts';
import type { TransactionBounds } from './transaction-bounds.ts';

/** serialization_failure and deadlock_detected: nothing has changed, so a retry is safe. */
const RETRYABLE: ReadonlySet<string> = new Set(['40001', '40P01']);
const MAX_TRIES = 3;

/** Statements that were sent; COMMIT may travel with them. */
export class LastStatements<Result> {
  readonly answers: Promise<Result>;
  constructor(answers: Promise<Result>) {
    this.answers = answers;
    // inTransaction waits for them, after COMMIT.
    answers.catch(() => undefined);
  }
}

/**
 * Runs `work` in one transaction, and again from the start after a serialization failure or a
 * deadlock. Throws what `work` throws; then nothing has changed. Where `work` gives its last
 * statements instead of their answers, COMMIT does not wait for these: if one of them fails, COMMIT
 * rolls back. `bounds` are kept by PostgreSQL, also where this program vanishes.
 */
export async function inTransaction<Result>(
  db: Database,
  work: (tx: Database) => Promise<Result | LastStatements<Result>>,
  bounds: TransactionBounds = {},
): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await runOnce(db, work, bounds);
    } catch (error) {
      if (tries === MAX_TRIES || !RETRYABLE.has(sqlState(error) ?? '')) throw error;
    }
  }
}

async function runOnce<Result>(
  db: Database,
  work: (tx: Database) => Promise<Result | LastStatements<Result>>,
  bounds: TransactionBounds,
): Promise<Result> {
  const last: LastStatements<Result>[] = [];
  const outcome = db.transaction(async (tx) => {
    const done = await work(tx);
    if (done instanceof LastStatements) last.push(done);
    return done;
  }, bounds);
  const done = await outcome.catch(async (error: unknown) => {
    // The answer to a statement tells more than the transaction does, but for one that only says
    // that an earlier one has failed: which of them rejects first is not their order.
    await last[0]?.answers.catch((answer: unknown) => {
      if (sqlState(answer) !== ABORTED) throw answer;
    });
    throw error;
  });
  return done instanceof LastStatements ? await done.answers : done;
}
