import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import { guardTransactions } from './guard-transactions.ts';
import { type Client, openClient } from './open-client.ts';
import { setBounds, type TransactionConfig } from './transaction-bounds.ts';
import { watchAnswers } from './watch-answers.ts';

/** How long running statements may take to finish, on a replaced client and at close. */
const END_WITHIN_S = { replaced: 1, closed: 5 } as const;

type PoolOptions = {
  readonly size: number;
  readonly name: string;
  readonly mostIdleMs?: number | undefined;
  readonly mostWholeMs?: number | undefined;
  readonly silentAfterMs: number;
};

/**
 * Opens a pool that survives a restart of its server. When a connection is lost, or becomes silent,
 * a new postgres.js client takes over and the old one finishes its statements. postgres.js 3.4.9
 * keeps the unsent write of a lost connection, and after its reconnect it sends nothing until a
 * timeout. Decision 0011 tells more.
 */
export function openPool(
  url: string,
  options: PoolOptions,
): { db: PostgresJsDatabase; reconnect(): void; close(): Promise<void> } {
  const ending = new Set<Promise<void>>();
  let closed = false;
  let current = open();

  function open() {
    const opened = openGuarded(url, options, () => replace(opened.client));
    return opened;
  }

  function end(client: Client, why: keyof typeof END_WITHIN_S): Promise<void> {
    const ended = client.end(END_WITHIN_S[why]).finally(() => ending.delete(ended));
    ending.add(ended);
    return ended;
  }

  function replace(lost: Client): void {
    if (closed || lost !== current.client) return;
    current.unwatch();
    current = open();
    void end(lost, 'replaced');
  }

  return {
    db: new Proxy(current.db, { get: (_first, key) => Reflect.get(current.db, key) }),
    reconnect: () => replace(current.client),
    async close() {
      closed = true;
      current.unwatch();
      await Promise.all([end(current.client, 'closed'), ...ending]);
    },
  };
}

type Guarded = { client: Client; db: PostgresJsDatabase; unwatch(): void };

/** `onLost` is called when a connection is lost or silent. */
function openGuarded(url: string, options: PoolOptions, onLost: () => void): Guarded {
  const client = openClient(url, { ...options, onClose: onLost });
  const { name, silentAfterMs } = options;
  const { track, stop } = watchAnswers(client.sql, { url, name, silentAfterMs }, onLost);
  const begin = guardTransactions(client.sql, track);
  const db = drizzle(client.sql);
  const transaction = db.transaction.bind(db);
  return { client, db: Object.assign(db, { transaction: beginWith }), unwatch: stop };

  /** Drizzle sends the settings of a transaction in a statement of its own, and waits for it. */
  function beginWith(work: Parameters<typeof transaction>[0], config: TransactionConfig = {}) {
    const { isolationLevel, accessMode, ...bounds } = config;
    const { mostIdleMs, mostWholeMs } = options;
    const { server_version: version = '' } = client.sql.parameters;
    const settings = setBounds(
      { mostIdleMs, mostWholeMs, ...bounds },
      String(version),
      accessMode === 'read only',
    );
    const level = isolationLevel === undefined ? '' : `isolation level ${isolationLevel}`;
    Object.assign(client.sql, {
      begin: (begun: Parameters<typeof begin>[0]) => {
        Object.assign(client.sql, { begin });
        return begin(begun, `${level} ${accessMode ?? ''}`, settings);
      },
    });
    return transaction(work);
  }
}
