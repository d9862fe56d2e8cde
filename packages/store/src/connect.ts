import { sql } from 'drizzle-orm';
import { notify } from './channels.ts';
import { connectionName } from './connection-name.ts';
import type { Database } from './database.ts';
import type { GRANTS } from './grants.ts';
import { type Listener, startListener } from './listen.ts';
import { openPool, type Pool } from './open-pool.ts';
import { isPooled, settingsProblem, withPins } from './pinned-settings.ts';
import { proveSpace } from './prove-space.ts';
import { type LeftOpen, openToEverybody, rightsProblem, tooFewRights } from './rights-problem.ts';
import { versionProblem } from './schema-state.ts';
import { sqlState } from './sql-state.ts';
import { serverProblem, standbyProblem } from './state-problem.ts';

export { API_PROGRAM, workerProgram } from './connection-name.ts';
export {
  databaseCondition,
  explainCondition,
  SQLSTATES,
} from './database-conditions.ts';
export { explainConnection, explainNoStart } from './explain-connection.ts';
export { explainOutage, isOfDatabase } from './explain-outage.ts';
export { logError } from './log-error.ts';
export { whileItMayPass } from './while-it-may-pass.ts';

const INSUFFICIENT_PRIVILEGE = '42501';
/** An admin's action waits up to 10 s for a lock; most statements take a few ms. */
const SILENT_AFTER_MS = 30_000;

export type Store = {
  readonly db: Database;
  /** Opens further connections, for statements that those of `db` must not delay. */
  pool(purpose: string, size: number): Pick<Pool, 'db' | 'isBounded' | 'rest'>;
  /**
   * The listener has its own connection, so notifications arrive even if the pool is busy. With
   * `echo` it also knows whether a pooler on the way loses notifications.
   */
  listener(onError: (error: unknown) => void, options?: { readonly echo?: boolean }): Listener;
  /** Whether a pooler is known to be where the listeners connect. */
  listensThroughPooler(): boolean;
  /**
   * What is wrong with the server, its state, schema, settings or rights, and what to do; null if
   * all is well.
   */
  schemaProblem(): Promise<string | null>;
  /** Fails while the disk of the database's data has no space for new rows. */
  proveSpace(): Promise<void>;
  /** What the owner of the database should still forbid; null if there is nothing. */
  rightsWarning(): Promise<string | null>;
  close(): Promise<void>;
};

/** `role`: the role of GRANTS whose rights this program needs; schemaProblem checks them. */
export type ConnectOptions = {
  readonly poolSize?: number;
  readonly name?: string;
  /** Where the listeners connect, if `url` leads through a pooler that loses notifications. */
  readonly listenUrl?: string;
  readonly role?: keyof typeof GRANTS;
  /** How long a transaction may be idle, in ms; 10 s by default. */
  readonly mostIdleMs?: number;
  /** How long a transaction that may change something may last; 120 s by default. */
  readonly mostWholeMs?: number;
  /** How long a statement may wait for a lock (55P03 after that); no limit by default. */
  readonly mostLockWaitMs?: number;
  /** PostgreSQL plans each statement once for a connection (MorePins). */
  readonly plansOnce?: boolean;
  /** After how long without an answer a connection counts as silent; 30 s by default. */
  readonly silentAfterMs?: number;
};

/** Opens a pool. It connects at its first use, and again after a connection is lost. */
export function connect(url: string, options: ConnectOptions = {}): Store {
  const { name: program = 'renderdeck', poolSize = 8, silentAfterMs = SILENT_AFTER_MS } = options;
  const { mostIdleMs, mostWholeMs, mostLockWaitMs, plansOnce } = options;
  const bounds = { mostIdleMs, mostWholeMs, mostLockWaitMs, plansOnce, silentAfterMs };
  const listenUrl = options.listenUrl ?? url;
  const pools: Pool[] = [];
  const open = (purpose: string, size: number) => {
    const pool = openPool(url, { program, purpose, size, ...bounds });
    pools.push(pool);
    return pool;
  };
  const { db } = open('statements', poolSize);
  const listeners: Listener[] = [];
  const reconnect = () => {
    for (const pool of pools) pool.reconnect();
  };

  async function findProblem(): Promise<string | null> {
    const { role } = options;
    try {
      return (
        (await serverProblem(db)) ??
        (await standbyProblem(db)) ??
        (await versionProblem(db)) ??
        (await settingsProblem(db)) ??
        (role === undefined ? null : await rightsProblem(db, role))
      );
    } catch (error) {
      if (role !== undefined && sqlState(error) === INSUFFICIENT_PRIVILEGE)
        return tooFewRights(role);
      throw error;
    }
  }

  return {
    db,
    pool: open,
    listener(onError, { echo = false } = {}) {
      const listener = startListener(listenUrl, {
        name: connectionName(program, 'listen'),
        onError,
        ...(echo ? { echo: (channel: string) => notify(db, channel) } : {}),
      });
      listeners.push(listener);
      return listener;
    },
    listensThroughPooler: () => isPooled(listenUrl),
    proveSpace: () => proveSpace(db),
    schemaProblem: () => withPins(url, findProblem, reconnect),
    rightsWarning: () => openToEverybody(async (text) => await db.execute<LeftOpen>(sql.raw(text))),
    async close() {
      await Promise.all(listeners.map((listener) => listener.close()));
      await Promise.all(pools.map((pool) => pool.close()));
    },
  };
}

export { type Database, databaseOf, type Send } from './database.ts';
export { HEARTBEAT_MS, type Listener } from './listen.ts';
export { migrate } from './migrate.ts';
export { limitTransactions, takeTurns } from './take-turns.ts';
