import { randomUUID } from 'node:crypto';
import {
  ACCESS_CHANNEL,
  openIncarnation,
  QUEUE_CHANNEL,
  STOPS_CHANNEL,
  workerChannel,
} from '@renderdeck/store';
import { connect, type Listener } from '@renderdeck/store/connect';
import { hostLoginSql } from '@renderdeck/store/host-login-sql';
import { databaseOfFile, waitFor } from '@renderdeck/testing';
import { openSql } from '@renderdeck/testing/open-sql';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
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

export type Farm = ReturnType<typeof aFarm>;

/**
 * An empty, migrated farm for one test file: its database is made before the first test and dropped
 * after the last. After each test its rows must be consistent.
 * Long because: its functions share one database.
 */
export function aFarm() {
  const database = databaseOfFile();
  // Tests hold transactions open for as long as a busy machine needs.
  const store = connect(database.url, { name: 'farm', poolSize: 10, mostIdleMs: 120_000 });
  const sql = openSql(database.url, 1);
  const notifications: string[] = [];
  let listener: Listener;
  const subscribe = (channel: string) =>
    listener.subscribe(channel, (payload) =>
      notifications.push(`${channel.replace('renderdeck_', '')} ${payload}`.trim()),
    );
  beforeAll(async () => {
    listener = store.listener((error) => {
      throw error;
    });
    for (const channel of CHANNELS) await subscribe(channel);
    // An API does this when it starts.
    await openIncarnation(store.db);
  });

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
  });

  async function start(worker: WorkerContext, leaseMs: number): Promise<void> {
    await subscribe(workerChannel(worker.workerId));
    await signOn(worker, { leaseMs });
  }

  function nameHost(host: string, suffix = '') {
    const login = `${new URL(database.url).pathname.slice(1)}_${host}${suffix}`.slice(-63);
    const password = 'of this test alone';
    const url = database.urlWith(login, password);
    const own = connect(url, { name: login, poolSize: 4 });
    const raw = openSql(url);
    closing.push(own.close, () => raw.end());
    const worker = aWorker(own.db, host);
    const register = (context = worker) => signOn(context);
    return {
      ...{ login, worker, sql: raw, register },
      async start(): Promise<void> {
        await sql.unsafe(hostLoginSql({ host, login, password }));
        await subscribe(workerChannel(worker.workerId));
        if (suffix === '') expectDone(await register());
      },
    };
  }

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
      const own = nameHost(host, suffix);
      await own.start();
      return own;
    },
    /** The same for all tests of a file: the host is registered before the first test. */
    hostOfFile(host: string) {
      const own = nameHost(host);
      beforeAll(own.start);
      return own;
    },
    async worker(host = 'render-01', leaseMs = LEASE_MS): Promise<WorkerContext> {
      const worker = aWorker(store.db, host);
      await start(worker, leaseMs);
      return worker;
    },
    /** A worker of all tests of a file, which signs on before the first test. */
    workerOfFile(host = 'render-01', leaseMs = 30_000): WorkerContext {
      const worker = aWorker(store.db, host);
      beforeAll(() => start(worker, leaseMs));
      return worker;
    },
  };
}
