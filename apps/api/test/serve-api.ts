/*
 * The API on a test database, over real HTTP and real WebSockets. A test starts as many API
 * servers on the database as it wants. `worker` plays the render host: it calls the operations of
 * a worker and starts no process.
 */
import { randomUUID } from 'node:crypto';
import { submitJob } from '@renderdeck/operations';
import { expectDone } from '@renderdeck/operations/testing';
import { connect } from '@renderdeck/store/connect';
import { testDatabase } from '@renderdeck/testing';
import { openSql } from '@renderdeck/testing/open-sql';
import { playWorker, registerTestHost } from './play-worker.ts';
import { type ServerConfig, startServer } from './server/start-server.ts';
import { createUsers, type Name } from './test-users.ts';

export { SECRET, type TestApi } from './server/start-server.ts';
export { type Name, PASSWORD, type Who } from './test-users.ts';

export type TestFarm = Awaited<ReturnType<typeof openFarm>>;
export const NEXRENDER_JOB = {
  template: { src: 'file:///c/template.aep', composition: 'main' },
} as const;
const requestContext = {
  actor: { kind: 'system', name: 'test' },
  channel: 'test',
  address: null,
  requestId: null,
} as const;

/** A database with users and tokens. `close` ends all servers and fails if a connection is left. */
export async function openFarm({
  users: names = ['vera', 'sam', 'ada'],
}: {
  users?: readonly Name[];
} = {}) {
  const database = await testDatabase();
  // Tests hold transactions open, for as long as a busy machine needs.
  const store = connect(database.url, { name: 'test farm', mostIdleMs: 120_000 });
  const { db } = store;
  const databaseUrl = await database.urlAs('renderdeck_api');
  const sql = openSql(database.url);
  const context = { db, requestContext, newId: randomUUID };
  const users = await createUsers(context, names);
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
    worker: playWorker(db),
    /** A render host registers with the farm. */
    signOn: (host: string) => registerTestHost(db, host),
    async close(): Promise<void> {
      for (const close of [...clients.toReversed(), ...servers]) await close();
      await Promise.all([store.close(), sql.end()]);
      await database.drop();
    },
  };
}
