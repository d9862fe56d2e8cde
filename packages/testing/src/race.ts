/*
 * Races with a fixed order. To run an operation inside a held transaction, pass the transaction as
 * the operation's `db`.
 *
 * 1. One side runs and is held right before its commit.
 * 2. The other side starts. It either goes on or waits for a lock.
 * 3. The first side commits or rolls back.
 */
import { onTestFinished } from 'vitest';
import { waitFor } from './wait-for.ts';

/** The methods of a database that a race needs. */
type Transacting<Tx> = {
  begin<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result>;
};
type Executing = { execute(statement: string): PromiseLike<{ readonly length: number }> };

/** A promise (`come`) that resolves when the test calls `now`. */
export function aMoment(): { readonly come: Promise<void>; now(): void } {
  let now = () => {};
  const come = new Promise<void>((resolve) => {
    now = resolve;
  });
  return { come, now };
}

export type Held<Result> = {
  readonly result: Result;
  commit(): Promise<void>;
  rollBack(): Promise<void>;
};

/**
 * Runs `work` in a transaction, and holds the transaction and its locks until `commit` or
 * `rollBack`. The end of the test rolls it back.
 */
export async function holdOpen<Tx, Result>(
  db: Transacting<Tx>,
  work: (tx: Tx) => Promise<Result>,
): Promise<Held<Result>> {
  const end = aMoment();
  let keep = true;
  const rolledBack = new Error('rolled back by the test that held it');
  let ended: Promise<void> = Promise.resolve();
  const result = await new Promise<Result>((resolve, reject) => {
    ended = db
      .begin(async (tx) => {
        resolve(await work(tx));
        await end.come;
        if (!keep) throw rolledBack;
      })
      .catch((error: unknown) => {
        reject(error);
        if (error !== rolledBack) throw error;
      });
    ended.catch(() => undefined);
  });
  let finished = false;
  const finish = (commits: boolean) => {
    if (!finished) keep = commits;
    finished = true;
    end.now();
    return ended;
  };
  onTestFinished(() => finish(false).catch(() => undefined));
  return { result, commit: () => finish(true), rollBack: () => finish(false) };
}

/** Resolves when `count` sessions of this database wait for a lock. */
export async function waitUntilBlocked(db: Executing, count = 1): Promise<void> {
  await waitFor(
    async () => {
      const rows = await db.execute(
        'select 1 from pg_stat_activity where datname = current_database() ' +
          "and wait_event_type = 'Lock' and state = 'active'",
      );
      return rows.length >= count;
    },
    { everyMs: 5, what: `${count} sessions to wait for a lock` },
  );
}
