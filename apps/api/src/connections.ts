/*
 * The connections of one API to its database: at most 8 (API_CONNECTIONS of domain). Each has a
 * name that says what it is for, and opens when it is first needed.
 *
 * 1. `listen` receives notifications.
 * 2. `statements` is for what must be answered soon: actions, sign-ins, live feeds, /readyz.
 *    Only actions wait for locks, for up to 10 s. They use at most three connections at once, so
 *    that a session check, a feed and /readyz always find one.
 * 3. `reads` is for the reads of people and programs. A slow read delays other reads, and never
 *    a stop request.
 * 4. `background` is for what nobody waits for.
 */
import { API_CONNECTIONS } from '@renderdeck/operations';
import {
  API_PROGRAM,
  connect,
  type Database,
  limitTransactions,
  type Store,
} from '@renderdeck/store/connect';
import type { ApiConfig } from './config.ts';

const MOST_ACTIONS = 3;

/** The databases of one API, each on its own connections. */
export type Databases = {
  /** For what must be answered soon. */
  readonly db: Database;
  /** For actions on jobs, hosts, accounts and webhooks. */
  readonly actions: Database;
  readonly reads: Database;
  readonly background: Database;
};

export function openStore(
  { databaseUrl, listenUrl }: Pick<ApiConfig, 'databaseUrl' | 'listenUrl'>,
  name = API_PROGRAM,
): Store {
  return connect(databaseUrl, {
    ...{ name, listenUrl },
    role: 'renderdeck_api',
    poolSize: API_CONNECTIONS.statements,
  });
}

export function openDatabases(store: Store): Databases {
  return {
    db: store.db,
    actions: limitTransactions(store.db, MOST_ACTIONS),
    reads: store.pool('reads', API_CONNECTIONS.reads).db,
    background: store.pool('background', API_CONNECTIONS.background).db,
  };
}
