/*
 * A farm in the process of the test: a database of its own, users with tokens, and as many API
 * servers as the test starts, over real HTTP and real WebSockets. `worker` plays a render host: it
 * calls the operations of a worker and starts no process.
 */
import { submitJob, type WorkerContext } from '@renderdeck/operations';
import { pruneOldChanges } from '@renderdeck/operations/extras';
import { aSystemContext, aWorker, expectDone, signOn } from '@renderdeck/operations/testing';
import { connect } from '@renderdeck/store/connect';
import { testDatabase } from '@renderdeck/testing';
import { openSql } from '@renderdeck/testing/open-sql';
import { afterAll, beforeAll } from 'vitest';
import { playHost } from './play-host.ts';
import { type ServerConfig, startServer, type TestApi } from './start-server.ts';
import { createUsers, type Name } from './users.ts';

export { SECRET, type TestApi } from './start-server.ts';
export { type Name, PASSWORD, type Who } from './users.ts';

export type TestFarm = Awaited<ReturnType<typeof openFarm>>;
export const NEXRENDER_JOB = {
  template: { src: 'file:///c/template.aep', composition: 'main' },
} as const;
/** The hosts of this farm render with the stand-in. */
const STAND_IN = { slots: 1, renderer: 'aerender stand-in', standIn: true } as const;

/** The farm of all tests of a file: opened before the first test, closed after the last. */
export function farmOfFile(options?: Parameters<typeof openFarm>[0]): TestFarm {
  const farm = openedForFile(() => openFarm(options));
  afterAll(() => farm.close());
  return farm;
}

/** An API server of that farm for all tests of the file. */
export function apiOfFile(farm: TestFarm, config?: ServerConfig): TestApi {
  return openedForFile(() => farm.serve(config));
}

/** Opens it before the first test. Only tests and hooks may read its properties. */
export function openedForFile<Opened extends object>(open: () => Promise<Opened>): Opened {
  let opened: Opened | undefined;
  beforeAll(async () => {
    opened = await open();
  });
  return new Proxy(Object.create(null), {
    get(_, name) {
      if (opened === undefined) throw new Error('It is open inside tests only.');
      return Reflect.get(opened, name);
    },
  });
}

/** A database with users and tokens. `close` ends all servers and fails if a connection is left. */
export async function openFarm({
  users: names = ['vera', 'sam', 'ada'],
  withTokens = true,
}: {
  users?: readonly Name[];
  /** Whether each user has a token, too. */
  withTokens?: boolean;
} = {}) {
  const database = await testDatabase();
  // Tests hold transactions open, for as long as a busy machine needs.
  const store = connect(database.url, { name: 'test farm', mostIdleMs: 120_000 });
  const { db } = store;
  const databaseUrl = await database.urlAs('renderdeck_api');
  const sql = openSql(database.url);
  const context = await aContextOf(db);
  const users = await createUsers(context, names, withTokens);
  const worker = playHost(db, sql);
  const servers: (() => Promise<unknown>)[] = [];
  const clients: (() => Promise<unknown>)[] = [];
  return {
    database,
    db,
    sql,
    context,
    /** `throughUrl`: how this server reaches the database, where a proxy stands between. */
    async serve(config: ServerConfig = {}, throughUrl = databaseUrl) {
      const closeLater = (close: () => Promise<unknown>) => void clients.push(close);
      const api = await startServer({ databaseUrl: throughUrl, users, closeLater }, config);
      servers.push(api.close);
      return api;
    },
    /** A connection to another database of the same PostgreSQL server; the test ends it. */
    sqlOf(name: string) {
      const url = new URL(database.url);
      url.pathname = name;
      return openSql(url.href);
    },
    /** A listener for the notifications of this database; `close` ends it too. */
    listen: () => store.listener(() => {}),
    secretOf: users.secretOf,
    /** Puts a job into the queue. */
    submit: async (name = 'Intro', priority = 50, nexrenderJob: unknown = NEXRENDER_JOB) =>
      expectDone(await submitJob(context, { name, priority, nexrenderJob })).view,
    worker,
    /** A render host registers with the farm; by default the one of `worker`. */
    async signOn(
      host: string = worker.context.host,
      facts: Parameters<typeof signOn>[1] = {},
    ): Promise<WorkerContext> {
      const context = host === worker.context.host ? worker.context : aWorker(db, host);
      expectDone(await signOn(context, { ...STAND_IN, ...facts }));
      return context;
    },
    async close(): Promise<void> {
      for (const close of [...clients.toReversed(), ...servers]) await close();
      await Promise.all([store.close(), sql.end()]);
      await database.drop();
    },
  };
}

/**
 * The context of the system, after the incarnation of the database is opened. An API does that in
 * the background of its start. A job that is submitted before counts as one that an earlier
 * incarnation may have lost: its cancel waits for all hosts.
 */
async function aContextOf(db: Parameters<typeof aSystemContext>[0]) {
  const context = aSystemContext(db);
  await pruneOldChanges(context, { olderThanMs: 3_600_000 });
  return context;
}
