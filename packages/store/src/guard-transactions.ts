import { setImmediate as nextTurn } from 'node:timers/promises';
import type postgres from 'postgres';
import { sendBeginAtOnce } from './send-begin-at-once.ts';
import { ABORTED, sqlState } from './sql-state.ts';
import type { TrackAnswer } from './watch-answers.ts';

/** `options` of BEGIN, for example its isolation level; `settings`: SQL that travels with it. */
export type GuardedBegin = (work: Work, options?: string, settings?: string) => Promise<unknown>;
type Work = (tx: postgres.TransactionSql) => Promise<unknown>;
type Failure = { readonly error: unknown };
type Sent = ReturnType<postgres.TransactionSql['unsafe']>;

/**
 * Ends a transaction's work when its connection is lost. postgres.js 3.4.9 rejects the transaction
 * then, but the work goes on. Its next statement, or the ROLLBACK, would go to no socket (an
 * uncaught exception) or to a new session, where it commits by itself. Decision 0011 tells more.
 * A transaction is rejected, too, if any of its statements failed, waited for or not. `track` is
 * told of each statement, and of the end of the transaction.
 */
export function guardTransactions(
  client: postgres.Sql,
  track: TrackAnswer = () => undefined,
): GuardedBegin {
  const begin = sendBeginAtOnce(client);
  const guarded = async (work: Work, options = '', settings = '') => {
    const [losses, failures]: [Failure[], Failure[]] = [[], []];
    const lose = (error: unknown) => void losses.push({ error });
    const sent: Sent[] = [];
    const outcome = begin(
      options,
      settings,
      async (tx) => {
        const guardedTx = new Proxy(tx, {
          get(target, key) {
            if (losses[0] !== undefined) throw losses[0].error;
            const value: unknown = Reflect.get(target, key);
            if (key !== 'unsafe') return value;
            return noteFailures(target, failures, (query) => {
              sent[0] = query;
              track(query, query);
            });
          },
        });
        try {
          const done = await work(guardedTx).finally(trackEnd);
          if (losses.length === 0) return done;
        } catch (error) {
          // A lost connection rejects the statement first, and the transaction in the same turn.
          await nextTurn();
          if (losses.length === 0)
            throw sqlState(error) === ABORTED ? firstOf(failures, error) : error;
        }
        // Never settles, so postgres.js sends neither COMMIT nor ROLLBACK; `outcome` is rejected.
        return await new Promise<never>(() => undefined);
      },
      lose,
    );
    outcome.catch(lose);
    /** COMMIT or ROLLBACK follows, on the connection of the statements. */
    function trackEnd(): void {
      if (sent[0] !== undefined) track(sent[0], outcome);
    }
    const done = await outcome;
    // After a failed statement COMMIT rolls back, and says nothing.
    if (failures[0] !== undefined) throw failures[0].error;
    return done;
  };
  Object.assign(client, { begin: guarded });
  return guarded;
}

/** What failed first: of statements that travel together, any may reject first. */
const firstOf = (failures: readonly Failure[], error: unknown) => failures[0]?.error ?? error;

function noteFailures(
  tx: postgres.TransactionSql,
  failures: Failure[],
  onSent: (query: Sent) => void,
) {
  const { unsafe } = tx;
  return (...statement: Parameters<typeof unsafe>) => {
    const query = unsafe(...statement);
    query.catch((error: unknown) => failures.push({ error }));
    onSent(query);
    return query;
  };
}
