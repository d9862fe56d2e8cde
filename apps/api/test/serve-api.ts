/*
 * The API on a test database, as a client meets it: real HTTP, real WebSockets, and as many API servers on the one database as a test wants. The
 * part of the workers is played by their own operations (`worker`), without any process.
 */

import { randomUUID } from 'node:crypto';
import { createClient } from '@renderdeck/client';
import * as operations from '@renderdeck/operations';
import { expectDone } from '@renderdeck/operations/testing';
import { connect } from '@renderdeck/store/connect';
import { testDatabase } from '@renderdeck/testing';
import { openSql } from '@renderdeck/testing/open-sql';
import { WebSocket } from 'ws';
import { buildServer } from '../src/build-server.ts';

export const SECRET = 'the first secret of these tests, long';
export const PASSWORD = 'an honest long password';
/** One user of each role; each has a token whose name is the user's with `-bot` behind it. */
const USERS = { vera: 'viewer', sam: 'submitter', ada: 'admin' } as const;
export type Name = keyof typeof USERS;
/** A user by token, or a cookie as it stands in the header, or nobody. */
export type Who = Name | { readonly cookie: string } | null;

export type Answer = { readonly status: number; readonly headers: Headers; readonly body: unknown };
export type TestFarm = Awaited<ReturnType<typeof openFarm>>;
export type TestApi = Awaited<ReturnType<TestFarm['serve']>>;
export const NEXRENDER_JOB = {
  template: { src: 'file:///c/template.aep', composition: 'main' },
} as const;
const requestContext = {
  actor: { kind: 'system', name: 'test' },
  channel: 'test',
  address: null,
  requestId: null,
} as const;

/** A database with users and tokens; servers are started on it. `close` ends them all and fails when a connection is left. */
export async function openFarm({
  users = ['vera', 'sam', 'ada'],
}: {
  users?: readonly Name[];
} = {}) {
  const database = await testDatabase();
  const store = connect(database.url, { name: 'test farm' });
  const { db } = store;
  const apiUrl = await database.urlAs('renderdeck_api');
  const sql = openSql(database.url);
  const context = { db, requestContext, newId: randomUUID };
  const secrets = new Map<string, string>();
  for (const name of users) {
    const role = USERS[name];
    await operations.createUser(context, { name, role, password: PASSWORD });
    const made = await operations.createToken(context, {
      name: `${name}-bot`,
      role,
      expiresInDays: null,
    });
    secrets.set(name, expectDone(made).secret);
  }
  const closers: (() => Promise<unknown>)[] = [];
  const signedInAs = (who: Who): { token?: string | undefined; cookie?: string } => {
    if (who === null) return {};
    return typeof who === 'string' ? { token: secrets.get(who) } : who;
  };
  const headersOf = (who: Who): Record<string, string> => {
    const { token, cookie } = signedInAs(who);
    return {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(cookie === undefined ? {} : { cookie }),
    };
  };

  async function serve(config: Partial<Parameters<typeof buildServer>[1]> = {}) {
    const own = connect(apiUrl, { name: 'test api' });
    const server = await buildServer(own, {
      sessionSecrets: [SECRET],
      trustProxy: false,
      logLevel: 'silent',
      ...config,
    });
    const url = await server.listen({ host: '127.0.0.1', port: 0 });
    let closing: Promise<void> | null = null;
    const close = () => {
      closing ??= server.close().then(() => own.close());
      return closing;
    };
    closers.push(close);

    async function send(
      who: Who,
      method: string,
      path: string,
      body?: unknown,
      headers: Record<string, string> = {},
    ): Promise<Answer> {
      const answer = await fetch(`${url}${path}`, {
        method,
        headers: {
          ...headersOf(who),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
      });
      const text = await answer.text();
      const isJson = answer.headers.get('content-type')?.includes('json') === true;
      return {
        status: answer.status,
        headers: answer.headers,
        body: isJson ? JSON.parse(text) : text,
      };
    }
    return {
      url,
      server,
      close,
      send,
      /** tRPC over HTTP. */
      trpc: (who: Who) => createClient({ url, ...signedInAs(who) }).api,
      /** tRPC over one WebSocket of its own. */
      trpcSocket(who: Who) {
        const { api: client, close } = createClient({
          url,
          ...signedInAs(who),
          callsOver: 'socket',
          retryDelayMs: () => 50,
        });
        closers.unshift(close);
        return { client, close };
      },
      /** A plain WebSocket, as legacy programs open it. */
      socket: (who: Who, path: string, headers: Record<string, string> = {}) =>
        new WebSocket(`${url.replace('http', 'ws')}${path}`, {
          headers: { ...headersOf(who), ...headers },
        }),
      /** Signs in with the password; what a browser then sends. */
      async signIn(name: Name): Promise<{ cookie: string }> {
        const answer = await send(null, 'POST', '/api/session', {
          username: name,
          password: PASSWORD,
        });
        return { cookie: (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '' };
      },
    };
  }

  return {
    database,
    db,
    sql,
    context,
    serve,
    /** A connection to another database of the same server, for what cannot be done from within; the test ends it. */
    sqlOf(name: string) {
      const url = new URL(database.url);
      url.pathname = name;
      return openSql(url.href);
    },
    /** Ears on this database; `close` ends them too. */
    listen: () => store.listener(() => {}),
    secretOf: (name: Name) => secrets.get(name) ?? '',
    /** A job in the queue. */
    submit: async (name = 'Intro', priority = 50, nexrenderJob: unknown = NEXRENDER_JOB) =>
      expectDone(await operations.submitJob(context, { name, priority, nexrenderJob })).view,
    worker: playWorker(db),
    /** A render host says that it is there. */
    signOn: (host: string) =>
      operations.registerHost(
        { db, host, workerId: randomUUID() },
        {
          facts: {
            bootId: 'boot',
            pid: 1,
            startToken: '1',
            slots: 1,
            version: '0.1.0',
            platform: 'linux x64',
            renderer: 'aerender 25.0',
            standIn: false,
            container: 'cgroup',
            leaseMs: 30_000,
          },
          isAlive: async () => false,
        },
      ),
    async close(): Promise<void> {
      for (const close of closers) await close();
      await Promise.all([store.close(), sql.end()]);
      await database.drop();
    },
  };
}

/** A render host without processes: claims, and says what a host says. */
function playWorker(db: operations.WorkerContext['db']) {
  const context = { db, host: 'render-01', workerId: randomUUID() };
  const at = new Date().toISOString();
  const reports: operations.Reports = {
    stopReport: {
      processes: [
        {
          pid: 4100,
          name: 'nexrender',
          parentPid: 4000,
          startedAt: at,
          endedBy: 'SIGTERM',
          endedAt: at,
        },
      ],
      proof: 'kernel',
      survivors: [],
      timeToDeadMs: 41,
    },
    removalReport: { files: 12, bytes: 48_000, leftovers: [], timeToCleanMs: 9 },
  };
  const held = new Map<string, operations.OwnedJob>();
  const own = (id: string): operations.OwnedJob => {
    const job = held.get(id);
    if (job === undefined) throw new Error(`The host has no job ${id}.`);
    return job;
  };
  return {
    context,
    reports,
    async claim(): Promise<operations.OwnedJob> {
      const claimed = await operations.claimJob(context, { leaseMs: 600_000 });
      if (!claimed.ok) throw new Error('Nothing waits.');
      const { job } = claimed;
      held.set(job.jobId, job);
      return job;
    },
    passGate: (id: string) => operations.passPublishGate(context, own(id)),
    acknowledge: (id: string) => operations.acknowledgeStop(context, { attempt: own(id), reports }),
    complete: (id: string) =>
      operations.finishAttempt(context, {
        attempt: own(id),
        end: { kind: 'completed' },
        signalled: false,
        reports,
      }),
    fail: (id: string, failure: string) =>
      operations.finishAttempt(context, {
        attempt: own(id),
        end: { kind: 'failed', failure },
        signalled: false,
        reports,
      }),
    progress: (id: string, percent: number) =>
      operations.recordProgress(context, {
        progress: [
          {
            attemptId: own(id).attemptId,
            phase: 'rendering',
            percent,
            frame: null,
            totalFrames: null,
          },
        ],
      }),
  };
}
