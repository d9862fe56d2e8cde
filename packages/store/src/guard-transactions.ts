import { setImmediate as nextTurn } from 'node:timers/promises';
import type postgres from 'postgres';

type Work = (tx: postgres.TransactionSql) => Promise<unknown>;

/**
 * Makes a transaction end with its connection. postgres.js 3.4.9 rejects it then, but lets its work go on: what the work asks next, and the
 * ROLLBACK, go to a socket that is gone (an uncaught exception) or, made anew meanwhile, to a session where every statement commits by itself.
 */
export function guardTransactions(client: postgres.Sql): void {
  const begin = client.begin;
  const guarded = (work: Work) => {
    let over: { readonly error: unknown } | null = null;
    const outcome = begin('', async (tx) => {
      const guardedTx = new Proxy(tx, {
        get(target, key) {
          if (over !== null) throw over.error;
          return Reflect.get(target, key);
        },
      });
      try {
        const done = await work(guardedTx);
        if (over === null) return done;
      } catch (error) {
        // A statement that failed with the connection is told first; by the next turn the transaction was told too.
        await nextTurn();
        if (over === null) throw error;
      }
      return await new Promise<never>(() => undefined);
    });
    outcome.catch((error: unknown) => {
      over = { error };
    });
    return outcome;
  };
  Object.assign(client, { begin: guarded });
}
