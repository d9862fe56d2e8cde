/*
 * The connections of one worker to its database: two while it is idle, three while it renders. Each
 * has a name that says what it is for.
 *
 * 1. `listen` receives notifications. With RENDERDECK_LISTEN=off it does not exist, and the worker
 *    asks each second on the other connections (loops/request-loop.ts).
 * 2. `statements` is for claims, registrations, logs, progress, sweeps and all other loops. While
 *    nothing renders, renewals use it too.
 * 3. `renders` is for renewals and stop requests, and for the changes of attempts: publish gates,
 *    ends and proofs. So a long statement of a loop delays none of them. Renewals and stop requests
 *    never wait for a lock. The changes of attempts may wait, so they are sent one after the other,
 *    and a renewal waits for at most one of them. The connection closes after the last attempt.
 *
 * No statement waits for a lock longer than 3 s or a sixth of a lease. Its sender repeats it. A
 * pooler may refuse this limit. Then up to four connections share the work of 2, and of 3.
 */
import {
  connect,
  type Database,
  explainNoStart,
  type Store,
  takeTurns,
  whileItMayPass,
  workerProgram,
} from '@renderdeck/store/connect';
import type { Logger } from 'pino';
import type { WorkerConfig } from './config.ts';

const MOST_LOCK_WAIT_MS = 3000;
/**
 * A connection that does not answer for this share of a lease is replaced, unless PostgreSQL says
 * that it is only slow: new connections would give a database with too much work even more of it.
 */
const SILENT_AFTER = 0.7;
const MOST_SILENCE_MS = 30_000;
const WAITS = 'This worker waits for its turn.';

/**
 * Connects to a database that has this version's schema, or returns a sentence with what to do. A
 * failure that may pass by itself, for example a lost connection, is tried again for ten seconds.
 * With `log`, it also waits while other programs have all connections, and says so.
 */
export async function openStore(
  config: WorkerConfig,
  log?: Logger,
): Promise<{ store: Store } | { problem: string }> {
  const store = connect(config.databaseUrl, {
    name: workerProgram(config.name),
    listenUrl: config.listenUrl ?? config.databaseUrl,
    role: 'renderdeck_worker',
    poolSize: 1,
    plansOnce: true,
    silentAfterMs: Math.min(MOST_SILENCE_MS, SILENT_AFTER * config.leaseMs),
    mostLockWaitMs: Math.min(MOST_LOCK_WAIT_MS, Math.floor(config.leaseMs / 6)),
  });
  const explain = (error: unknown) => explainNoStart(error, config.databaseUrl);
  const onWait = log && ((error: unknown) => log.warn(`${explain(error)} ${WAITS}`));
  const problem = await whileItMayPass(store.schemaProblem, onWait).catch(explain);
  if (problem === null) return { store };
  await store.close();
  return { problem };
}

/** The third connection. */
export type RenderConnection = {
  /** For statements that never wait for a lock: renewals and stop requests. */
  readonly urgent: Database;
  /** For the changes of attempts. */
  readonly changes: Database;
  /** Closes the connection until it is needed again, if no statement runs. */
  rest(): void;
};

export function openRenderConnection(store: Store): RenderConnection {
  const { db, isBounded, rest } = store.pool('renders', 1);
  return { urgent: db, changes: takeTurns(db, isBounded), rest };
}
