import { randomUUID } from 'node:crypto';
import {
  ACCESS_CHANNEL,
  openIncarnation,
  QUEUE_CHANNEL,
  STOPS_CHANNEL,
  workerChannel,
} from '@renderdeck/store';
import { connect } from '@renderdeck/store/connect';
import { hostLoginSql } from '@renderdeck/store/host-login-sql';
import { testDatabase, waitFor } from '@renderdeck/testing';
import { openSql } from '@renderdeck/testing/open-sql';
import { afterAll, afterEach, expect } from 'vitest';
import type { WorkerContext } from '../src/index.ts';
import { expectDone } from './expect-done.ts';
import { findInconsistentRows } from './find-inconsistent-rows.ts';
import { aWorker, LEASE_MS, signOn } from './hosts.ts';
import { aRequestContext } from './request-context.ts';
import { type Trace, traceAction } from './trace.ts';

const MARK = 'until_here';
/** Earlier versions notified on these channels, too. */
const FORMER_CHANNELS = ['renderdeck_hosts', 'renderdeck_logs', 'renderdeck_webhooks'];
const CHANNELS = [STOPS_CHANNEL, QUEUE_CHANNEL, ACCESS_CHANNEL, ...FORMER_CHANNELS, MARK];

export type Farm = Awaited<ReturnType<typeof aFarm>>;

/**
 * An empty, migrated farm for one test file. After each test its rows must be consistent; after the
 * last test its database is dropped.
 * Long because: its functions share one database.
 */
export async function aFarm() {
  const database = await testDatabase();
  // Tests hold transactions open for as long as a busy machine needs.
  const store = connect(database.url, { name: 'farm', poolSize: 10, mostIdleMs: 120_000 });
  const sql = openSql(database.url, 1);
  const listener = store.listener((error) => {
    throw error;
  });
  const notifications: string[] = [];
  const subscribe = (channel: string) =>
    listener.subscribe(channel, (payload) =>
      notifications.push(`${channel.replace('renderdeck_', '')} ${payload}`.trim()),
    );
  for (const channel of CHANNELS) await subscribe(channel);
  // An API does this when it starts.
  await openIncarnation(store.db);

  /**
   * Notifications arrive in commit order, so when the mark has arrived, all earlier ones have, too.
   */
  async function notificationsSoFar(): Promise<string[]> {
    const payload = randomUUID();
    await sql`select pg_notify(${MARK}, ${payload})`;
    await waitFor(() => notifications.includes(`${MARK} ${payload}`), {
      what: 'the notifications so far',
    });
    return notifications.filter((notification) => !notification.startsWith(MARK));
  }

  afterEach(async () => expect(await findInconsistentRows(sql)).toEqual([]));
  const closing: (() => Promise<void>)[] = [];
  afterAll(async () => {
    for (const close of closing) await close();
    await store.close();
    await sql.end();
    await database.drop();
  });

  return {
    db: store.db,
    databaseUrl: database.url,
    urlAs: database.urlAs,
    sql,
    trace: <Result>(action: () => Promise<Result>): Promise<Trace<Result>> =>
      traceAction(sql, notificationsSoFar, action),
    admin: aRequestContext(store.db),
    /**
     * A worker on a host with a login of its own, and connections of that login for raw SQL.
     * `suffix`: makes another login for the same name; the host is not registered then.
     */
    async hostWithLogin(host: string, suffix = '') {
      const login = `${new URL(database.url).pathname.slice(1)}_${host}${suffix}`.slice(-63);
      const password = 'of this test alone';
      await sql.unsafe(hostLoginSql({ host, login, password }));
      const url = database.urlWith(login, password);
      const own = connect(url, { name: login, poolSize: 4 });
      const raw = openSql(url);
      closing.push(own.close, () => raw.end());
      const worker = aWorker(own.db, host);
      await subscribe(workerChannel(worker.workerId));
      const register = (context = worker) => signOn(context);
      if (suffix === '') expectDone(await register());
      return { login, worker, sql: raw, register };
    },
    async worker(host = 'render-01', leaseMs = LEASE_MS): Promise<WorkerContext> {
      const worker = aWorker(store.db, host);
      await subscribe(workerChannel(worker.workerId));
      await signOn(worker, { leaseMs });
      return worker;
    },
  };
}
