import { randomBytes } from 'node:crypto';
import { type Database, databaseOf, type Send, sendOn } from './database.ts';
import { type Client, openClient } from './open-client.ts';
import { runTransaction } from './run-transaction.ts';
import { setBounds, type TransactionConfig } from './transaction-bounds.ts';
import { type TrackAnswer, watchAnswers } from './watch-answers.ts';

/** How many seconds running statements have to finish, on a replaced client and at close. */
const END_WITHIN_S = { replaced: 1, closed: 5 } as const;

type PoolOptions = {
  readonly size: number;
  readonly name: string;
  readonly mostIdleMs?: number | undefined;
  readonly mostWholeMs?: number | undefined;
  readonly silentAfterMs: number;
};
type Watched = { readonly client: Client; readonly track: TrackAnswer; unwatch(): void };

/**
 * Opens a pool that survives a restart of its server. When a connection is lost or becomes silent,
 * a new postgres.js client takes over, and the old client finishes its statements. Without this,
 * postgres.js 3.4.9 keeps the unsent write of a lost connection and, after it reconnects, sends
 * nothing until a timeout. Decision 0011 has more.
 */
export function openPool(
  url: string,
  options: PoolOptions,
): { db: Database; reconnect(): void; close(): Promise<void> } {
  const { mostIdleMs, mostWholeMs } = options;
  const ending = new Set<Promise<void>>();
  let closed = false;
  let current = open();

  function open(): Watched {
    const opened = openWatched(url, options, () => replace(opened.client));
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

  const send: Send = (text, values, sending) => {
    const { client, track } = current;
    const answer = sendOn(client.sql, text, values, sending);
    track(text, answer);
    return answer;
  };

  async function begin<Result>(
    work: (tx: Database) => Promise<Result>,
    config: TransactionConfig = {},
  ): Promise<Result> {
    const { client, track } = current;
    const { server_version: version = '' } = client.sql.parameters;
    const start = startOf({ mostIdleMs, mostWholeMs, ...config }, String(version));
    return await runTransaction(client.sql, (on) => work(transactionOf(on)), { ...start, track });
  }

  return {
    db: databaseOf(send, begin),
    reconnect: () => replace(current.client),
    async close() {
      closed = true;
      current.unwatch();
      await Promise.all([end(current.client, 'closed'), ...ending]);
    },
  };
}

/** The options after BEGIN, and the statements that set the bounds. */
function startOf(config: TransactionConfig, serverVersion: string) {
  const { isolationLevel, accessMode, ...bounds } = config;
  const level = isolationLevel === undefined ? '' : `isolation level ${isolationLevel}`;
  return {
    options: `${level} ${accessMode ?? ''}`.trim(),
    settings: setBounds(bounds, serverVersion, accessMode === 'read only'),
  };
}

/** A transaction that begins inside another one is a part of the outer one. */
function transactionOf(send: Send): Database {
  const tx: Database = databaseOf(send, (work) => work(tx));
  return tx;
}

/** `onLost` is called when a connection is lost or silent. */
function openWatched(url: string, options: PoolOptions, onLost: () => void): Watched {
  const { size, silentAfterMs } = options;
  const name = ownName(options.name);
  const client = openClient(url, { name, size, onClose: onLost });
  const { track, stop } = watchAnswers({ url, name, size, silentAfterMs }, onLost);
  return { client, track, unwatch: stop };
}

/** An application name that no other pool has. PostgreSQL keeps 63 ASCII characters. */
function ownName(name: string): string {
  return `${name.replace(/[^ -~]/g, '?').slice(0, 50)} ${randomBytes(4).toString('hex')}`;
}
