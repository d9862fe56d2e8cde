import type postgres from 'postgres';

/** What postgres.js 3.4.9 gives to `onexecute`: a connection, in one of the queues of its pool. */
type Connection = { queue: Queue };
type Queue = { push(connection: Connection): unknown; remove(connection: Connection): unknown };
type Options = postgres.UnsafeQueryOptions & { onexecute?(connection: Connection): unknown };
type OnFailed = (error: unknown) => void;
type Work = (tx: postgres.TransactionSql) => Promise<unknown>;

/**
 * Gives a `begin` whose first statements travel with its BEGIN, and `settings` (as SQL) in
 * one message with it. postgres.js 3.4.9 waits for the answer to BEGIN, which costs a round trip.
 * This one goes on once a connection has taken BEGIN, and puts the connection where it is after the
 * answer: reserved for this transaction. `onFailed` is called before a statement that travelled
 * with a failed BEGIN is answered. Decision 0048 tells more.
 */
export function sendBeginAtOnce(client: postgres.Sql) {
  const { begin, unsafe } = client;
  let beginFailed: OnFailed = () => undefined;
  let beginSettings = '';

  function send(text: string, { onexecute, ...options }: Options): Promise<void> {
    const onFailed = beginFailed;
    return new Promise((resolve, reject) => {
      const reserve = (connection: Connection) => {
        onexecute?.(connection);
        const reserved = connection.queue;
        // In this turn postgres.js still moves the connection to those that take nothing more.
        queueMicrotask(() => {
          connection.queue.remove(connection);
          reserved.push(connection);
          connection.queue = reserved;
          resolve();
        });
      };
      const asked: Options = { ...options, onexecute: reserve };
      unsafe(`${text}${beginSettings}`, [], asked).catch((error: unknown) => {
        onFailed(error);
        reject(error);
      });
    });
  }
  Object.assign(client, {
    unsafe: (text: string, values?: [], options: Options = {}) =>
      options.onexecute === undefined
        ? unsafe(text, values, options)
        : { execute: () => send(text, options) },
  });

  return (options: string, settings: string, work: Work, onFailed: OnFailed): Promise<unknown> => {
    beginFailed = onFailed;
    beginSettings = settings;
    return begin(options, work);
  };
}
