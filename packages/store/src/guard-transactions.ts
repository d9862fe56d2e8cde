import { setImmediate as nextTurn } from 'node:timers/promises';
import type postgres from 'postgres';

type Work = (tx: postgres.TransactionSql) => Promise<unknown>;

/**
 * Ends a transaction's work when its connection is lost. postgres.js 3.4.9 rejects the transaction
 * then, but the work goes on. Its next statement, or the ROLLBACK, would go to no socket (an
 * uncaught exception) or to a new session, where it commits by itself. Decision 0011 tells more.
 */
export function guardTransactions(client: postgres.Sql): void {
  const begin = client.begin;
  const guarded = (work: Work) => {
    let lost: { readonly error: unknown } | null = null;
    const outcome = begin('', async (tx) => {
      const guardedTx = new Proxy(tx, {
        get(target, key) {
          if (lost !== null) throw lost.error;
          return Reflect.get(target, key);
        },
      });
      try {
        const done = await work(guardedTx);
        if (lost === null) return done;
      } catch (error) {
        // A lost connection rejects the statement first, and the transaction in the same turn.
        await nextTurn();
        if (lost === null) throw error;
      }
      // Never settles, so postgres.js sends neither COMMIT nor ROLLBACK; `outcome` is rejected.
      return await new Promise<never>(() => undefined);
    });
    outcome.catch((error: unknown) => {
      lost = { error };
    });
    return outcome;
  };
  Object.assign(client, { begin: guarded });
}
