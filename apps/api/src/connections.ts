/*
 * The connections of one API to its database: at most 8. Each has a name that says what it is for,
 * and opens when it is first needed.
 *
 * 1. `listen` (1) receives notifications.
 * 2. `statements` (4) is for what must be answered soon: actions, sign-ins, live feeds, /readyz.
 *    Only actions wait for locks, for up to 10 s. They use at most three connections at once, so
 *    that a session check, a feed and /readyz always find one.
 * 3. `reads` (2) is for the reads of people and programs. A slow read delays other reads, and never
 *    a stop request.
 * 4. `background` (1) is for what nobody waits for.
 */
import { connect, type Database, limitTransactions, type Store } from '@renderdeck/store/connect';
import type { ApiConfig } from './config.ts';

const SIZES = { statements: 4, reads: 2, background: 1 } as const;
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
  name = 'renderdeck api',
): Store {
  return connect(databaseUrl, {
    ...{ name, listenUrl },
    role: 'renderdeck_api',
    poolSize: SIZES.statements,
  });
}

export function openDatabases(store: Store): Databases {
  return {
    db: store.db,
    actions: limitTransactions(store.db, MOST_ACTIONS),
    reads: store.pool('reads', SIZES.reads).db,
    background: store.pool('background', SIZES.background).db,
  };
}
