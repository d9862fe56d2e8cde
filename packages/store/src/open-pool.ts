import { randomBytes } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { connectionName } from './connection-name.ts';
import { type Database, databaseOf, type Send, sendOn } from './database.ts';
import { type Client, clientEnded, openClient } from './open-client.ts';
import { isRefused, type MorePins } from './pinned-settings.ts';
import { runTransaction } from './run-transaction.ts';
import { setBounds, type TransactionConfig } from './transaction-bounds.ts';
import { type TrackAnswer, watchAnswers } from './watch-answers.ts';

/** How many seconds running statements have to finish on the other connections of a lost one. */
const FINISH_WITHIN_S = 1;
/** How many seconds running statements have to finish at close. */
const CLOSE_WITHIN_S = 5;
/** So many connections while waits for locks have no limit: most statements pass one that waits. */
const LEAST_UNBOUNDED = 4;

export type PoolOptions = MorePins & {
  readonly size: number;
  /** The program, and what its statements on this pool are for. */
  readonly program: string;
  readonly purpose: string;
  readonly mostIdleMs?: number | undefined;
  readonly mostWholeMs?: number | undefined;
  readonly silentAfterMs: number;
};
/** Some connections to the database, for one purpose. They open when they are needed. */
export type Pool = {
  readonly db: Database;
  /** Whether no statement waits for a lock longer than `mostLockWaitMs`: a pooler may refuse it. */
  isBounded(): boolean;
  /** Closes the connections if no statement runs. The next statement opens one again. */
  rest(): void;
  reconnect(): void;
  close(): Promise<void>;
};
type Watched = {
  readonly client: Client;
  readonly size: number;
  readonly track: TrackAnswer;
  unwatch(): void;
  /** Makes the statements and transactions fail that this client has not begun. */
  readonly unfinished: Set<(error: Error) => void>;
};

/**
 * Opens a pool that survives a restart of its server. When a connection is lost or becomes silent,
 * a new postgres.js client takes over. The old client finishes the statements on its other
 * connections, and does not connect again: postgres.js 3.4.9 would keep the unsent write of the
 * lost connection and send nothing until a timeout, or answer what it has not sent. It also forgets
 * statements that it has not sent when its client ends, so they fail here. Decisions 0011, 0097 and
 * 0103 have more.
 *
 * Long because: its functions share the state of one pool.
 */
export function openPool(url: string, options: PoolOptions): Pool {
  const { mostIdleMs, mostWholeMs, mostLockWaitMs } = options;
  const ending = new Set<Promise<void>>();
  let closed = false;
  let isUsed = false;
  let current = open();

  function open(): Watched {
    const opened = openWatched(url, options, () => replace(opened.client));
    return opened;
  }

  function end({ client, unfinished }: Watched, withinS: number): Promise<void> {
    const ended = client
      .end(withinS)
      // What was sent fails now, because its socket is closed.
      .then(nextTurn)
      .then(() => {
        for (const fail of unfinished) fail(clientEnded());
      })
      .finally(() => ending.delete(ended));
    ending.add(ended);
    return ended;
  }

  function replace(lost: Client): void {
    if (closed || lost !== current.client) return;
    const old = current;
    old.unwatch();
    current = open();
    isUsed = false;
    // Without another connection, all fail at once: their senders repeat them on the new client.
    void end(old, old.size === 1 ? 0 : FINISH_WITHIN_S);
  }

  function finish<Result>({ unfinished }: Watched, work: Promise<Result>): Promise<Result> {
    isUsed = true;
    return new Promise<Result>((resolve, reject) => {
      unfinished.add(reject);
      work.then(resolve, reject).finally(() => unfinished.delete(reject));
    });
  }

  const send: Send = (text, values, sending) => {
    const { client, track } = current;
    const answer = sendOn(client.sql, text, values, sending);
    track(text, answer);
    return finish(current, answer);
  };

  async function begin<Result>(
    work: (tx: Database) => Promise<Result>,
    config: TransactionConfig = {},
  ): Promise<Result> {
    const { client, track } = current;
    const { server_version: version = '' } = client.sql.parameters;
    const start = startOf({ mostIdleMs, mostWholeMs, ...config }, String(version));
    return await finish(
      current,
      runTransaction(client.sql, (on) => work(transactionOf(on)), { ...start, track }),
    );
  }

  return {
    db: databaseOf(send, begin),
    isBounded: () => isBounded(url, mostLockWaitMs),
    rest() {
      if (isUsed && current.unfinished.size === 0) replace(current.client);
    },
    reconnect: () => replace(current.client),
    async close() {
      closed = true;
      current.unwatch();
      await Promise.all([end(current, CLOSE_WITHIN_S), ...ending]);
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

const isBounded = (url: string, mostLockWaitMs: number | undefined) =>
  mostLockWaitMs !== undefined && !isRefused(url, 'lock_timeout');

/** `onLost` is called when a connection is lost or silent. */
function openWatched(url: string, options: PoolOptions, onLost: () => void): Watched {
  const { program, purpose, silentAfterMs, mostLockWaitMs, plansOnce } = options;
  const isOpen = mostLockWaitMs !== undefined && !isBounded(url, mostLockWaitMs);
  const size = isOpen ? Math.max(options.size, LEAST_UNBOUNDED) : options.size;
  // No other pool has the same name: watchAnswers looks for the sessions of this one.
  const name = connectionName(program, `${purpose} ${randomBytes(4).toString('hex')}`);
  const client = openClient(url, {
    name,
    size,
    mostLockWaitMs,
    plansOnce,
    reconnects: false,
    onClose: onLost,
  });
  const { track, stop } = watchAnswers({ url, name, size, silentAfterMs }, onLost);
  return { client, size, track, unwatch: stop, unfinished: new Set() };
}
