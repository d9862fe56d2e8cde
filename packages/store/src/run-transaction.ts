/*
 * A transaction on one connection of postgres.js, which ends when its connection is lost.
 *
 * When the connection is lost, postgres.js 3.4.9 rejects the transaction, but its work goes on. The
 * next statement, or the ROLLBACK, would go to no socket (an uncaught exception) or to a new
 * session, where it commits by itself. So after a loss each statement fails here, and the promise
 * that postgres.js waits for never settles, so that it sends neither COMMIT nor ROLLBACK. Decision
 * 0011 has more.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type postgres from 'postgres';
import { type Send, sendOn } from './database.ts';
import { ABORTED, sqlState } from './sql-state.ts';
import type { TrackAnswer } from './watch-answers.ts';

type Options = {
  /** The options after BEGIN, for example the isolation level. */
  readonly options?: string;
  /** Statements without values that run first. Nobody waits for their answers. */
  readonly settings?: string;
  readonly track?: TrackAnswer;
};
type Failure = { readonly error: unknown };

/**
 * Runs `work` in a transaction. It rejects with the error of `work`, with the loss of the
 * connection, or with the failure of any statement, even if `work` did not wait for that statement;
 * nothing has changed then. COMMIT is sent when each statement has its answer.
 */
export async function runTransaction<Result>(
  client: postgres.Sql,
  work: (send: Send, tx: postgres.TransactionSql) => Promise<Result>,
  { options = '', settings = '', track = () => undefined }: Options = {},
): Promise<Result> {
  const [losses, failures]: [Failure[], Failure[]] = [[], []];
  const sent: Promise<unknown>[] = [];
  let begun: () => void = () => undefined;
  const beginning = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const outcome = client.begin(options, async (tx) => {
    begun();
    const note = (text: string, answer: Promise<unknown>) => {
      sent.push(answer.catch((error: unknown) => void failures.push({ error })));
      track(text, answer);
    };
    const send: Send = async (text, values, sending) => {
      if (losses[0] !== undefined) throw losses[0].error;
      const answer = sendOn(tx, text, values, sending);
      note(text, answer);
      return await answer;
    };
    if (settings !== '') note(settings, tx.unsafe(settings).execute());
    try {
      const done = await work(send, tx);
      await Promise.all(sent);
      track('commit', outcome);
      if (losses.length === 0) return { done };
    } catch (error) {
      // A lost connection first rejects the statement, and then the transaction in the same turn.
      await nextTurn();
      track('rollback', outcome);
      // If statements were sent together, any of them may reject first.
      if (losses.length === 0)
        throw sqlState(error) === ABORTED ? (failures[0]?.error ?? error) : error;
    }
    return await new Promise<never>(() => undefined);
  });
  outcome.catch((error: unknown) => losses.push({ error }));
  track(`begin ${options}`, Promise.race([beginning, outcome]));
  return (await outcome).done;
}
