import { type Database, databaseOf } from './database.ts';

/** Runs at most `most` works at the same time. The others wait, in the order of the calls. */
function limitRunning(most: number) {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (running === most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}

/**
 * Runs at most `most` transactions at the same time, so that those that wait for a lock leave
 * connections of the pool to other statements.
 */
export function limitTransactions(db: Database, most: number): Database {
  const limited = limitRunning(most);
  return databaseOf(db.send, (work, config) => limited(() => db.begin(work, config)));
}

/**
 * Sends one statement after the other while `isOn`. So a statement that is sent on `db` itself
 * waits for at most one of them.
 */
export function takeTurns(db: Database, isOn: () => boolean): Database {
  const inTurn = limitRunning(1);
  return databaseOf(
    (...statement) => (isOn() ? inTurn(() => db.send(...statement)) : db.send(...statement)),
    db.begin,
  );
}
