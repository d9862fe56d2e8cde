import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import { guardTransactions } from './guard-transactions.ts';

/** How long running statements may take to finish, on a replaced client and at close. */
const END_WITHIN_S = { replaced: 1, closed: 5 } as const;

/**
 * Opens a pool that survives a restart of its server. When a connection is lost, a new postgres.js
 * client takes over and the old one finishes its statements. postgres.js 3.4.9 keeps the unsent
 * write of a lost connection, and after its reconnect it sends nothing until a timeout. Decision
 * 0011 tells more.
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
      // No statement returns an array, and a connection lost during this lookup is an unhandled
      // rejection.
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
    void end(lost, 'replaced');
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
