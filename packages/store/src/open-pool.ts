import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import { guardTransactions } from './guard-transactions.ts';

/** How long what runs may go on: on the other connections of a client that lost one, and when the pool is closed. */
const END_WITHIN_S = { lost: 1, closed: 5 } as const;

/**
 * A pool that outlives its server. Where a connection is lost, the next statement goes to a fresh postgres.js client and the old one ends
 * after what runs on it: postgres.js 3.4.9 keeps an unsent write of a lost connection and then waits for ever when it is made anew.
 */
export function openPool(
  url: string,
  options: { readonly size: number; readonly name: string },
): { db: PostgresJsDatabase; reconnect(): void; close(): Promise<void> } {
  const ending = new Set<Promise<void>>();
  let closed = false;
  let current = open();

  function open() {
    const client = postgres(url, {
      max: options.size,
      onnotice: () => undefined,
      connect_timeout: 10,
      max_lifetime: null,
      // No statement gives an array; and a connection lost within this lookup would be an unhandled rejection.
      fetch_types: false,
      connection: { application_name: options.name },
      onclose: () => replace(client),
    });
    guardTransactions(client);
    return { client, db: drizzle(client) };
  }

  function end(client: postgres.Sql, why: keyof typeof END_WITHIN_S): Promise<void> {
    const ended = client.end({ timeout: END_WITHIN_S[why] }).finally(() => ending.delete(ended));
    ending.add(ended);
    return ended;
  }

  function replace(lost: postgres.Sql): void {
    if (closed || lost !== current.client) return;
    current = open();
    void end(lost, 'lost');
  }

  return {
    db: new Proxy(current.db, { get: (_first, key) => Reflect.get(current.db, key) }),
    reconnect: () => replace(current.client),
    async close() {
      closed = true;
      await Promise.all([end(current.client, 'closed'), ...ending]);
    },
  };
}
