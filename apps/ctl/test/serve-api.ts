import { randomUUID } from 'node:crypto';
import { buildServer } from '@renderdeck/api/testing';
import {
  type Attempt,
  claimJob,
  createFirstAdmin,
  registerHost,
  type WorkerContext,
} from '@renderdeck/operations';
import { connect, type Database } from '@renderdeck/store/connect';
import { testDatabase } from '@renderdeck/testing';
import { openSql } from '@renderdeck/testing/open-sql';
import { runCtl } from '../src/run-ctl.ts';

export const JOB = JSON.stringify({
  template: { src: 'file:///C:/projects/intro.aep', composition: 'main' },
});
export const ADMIN = { RENDERDECK_USER: 'ada', RENDERDECK_PASSWORD: 'an honest long password' };

export type Run = { readonly exitCode: number; readonly stdout: string; readonly stderr: string };
export type TestApi = {
  readonly url: string;
  /** Submits a job and returns its id. */
  submit(...more: string[]): Promise<string>;
  /** Registers a render host that has the stand-in as its renderer. */
  signOn(host: string, tags?: readonly string[]): Promise<WorkerContext>;
  /** The host takes the next job. */
  claimNext(worker: WorkerContext): Promise<Attempt>;
  /** Runs the command line against this API, as the first admin unless `env` says otherwise. */
  ctl(
    args: readonly string[],
    options?: { env?: Record<string, string>; stdin?: string },
  ): Promise<Run>;
  /** Changes rows that only the owner of the server can change. */
  tamper(statement: string): Promise<void>;
  /** How many WebSockets are open. */
  sockets(): number;
  /** Stops the API, runs `meanwhile`, and starts it again at the same address. */
  restart(meanwhile: () => Promise<unknown>): Promise<void>;
  close(): Promise<void>;
};

const requestContext = {
  actor: { kind: 'system', name: 'test' },
  channel: 'start',
  address: null,
  requestId: null,
} as const;

/** The real API with one admin, on a database of its own. */
export async function serveApi(): Promise<TestApi> {
  const database = await testDatabase();
  const store = connect(database.url);
  await createFirstAdmin(
    { db: store.db, requestContext, newId: randomUUID },
    { name: ADMIN.RENDERDECK_USER, password: ADMIN.RENDERDECK_PASSWORD },
  );
  const build = () =>
    buildServer(store, {
      sessionSecrets: ['x'.repeat(32)],
      trustProxy: false,
      logLevel: 'silent',
      // On a busy machine the API would refuse calls. This switches that off.
      limits: { maxDelayMs: 0 },
    });
  let server = await build();
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  const ctl = ctlAgainst(url);
  return {
    url,
    signOn: (host, tags = []) => signOn(store.db, host, tags),
    async claimNext(worker) {
      const claimed = await claimJob(worker, { leaseMs: 30_000 });
      if (!claimed.ok) throw new Error('Nothing waits.');
      return claimed.job;
    },
    ctl,
    async submit(...more) {
      const run = await ctl(['jobs', 'submit', '-', '--json', ...more], { stdin: JOB });
      if (run.exitCode !== 0) throw new Error(`The job was not submitted: ${run.stderr}`);
      return JSON.parse(run.stdout).job.id;
    },
    sockets: () => server.websocketServer.clients.size,
    async restart(meanwhile) {
      await server.close();
      await meanwhile();
      server = await build();
      await server.listen({ host: '127.0.0.1', port: Number(new URL(url).port) });
    },
    tamper: (statement) => tamper(database.url, statement),
    async close() {
      await server.close();
      await store.close();
      await database.drop();
    },
  };
}

async function signOn(db: Database, host: string, tags: readonly string[]): Promise<WorkerContext> {
  const identity = {
    hostId: randomUUID(),
    machineId: null,
    hardwareId: null,
    bootId: 'boot',
    pidNamespace: null,
  };
  const worker = { db, host, identity, workerId: randomUUID() };
  const facts = {
    bootId: 'boot',
    pid: 1,
    startToken: '1',
    slots: 1,
    version: '0.1.0',
    platform: 'linux x64',
    leaseMs: 30_000,
  };
  await registerHost(worker, {
    facts: {
      ...facts,
      tags: [...tags],
      renderer: 'aerender stand-in',
      standIn: true,
      container: 'subreaper',
      renderUser: null,
      session: null,
    },
    uptimeMs: 0,
  });
  return worker;
}

/** Runs the command line against the API at this address. */
function ctlAgainst(url: string): TestApi['ctl'] {
  return async (args, { env = ADMIN, stdin = '' } = {}) => {
    const output = { stdout: '', stderr: '' };
    const exitCode = await runCtl(args, {
      env: { RENDERDECK_URL: url, ...env },
      stdin: (async function* () {
        yield stdin;
      })(),
      print: (text) => {
        output.stdout += text;
      },
      write: async (text) => {
        output.stdout += text;
        return true;
      },
      printError: (text) => {
        output.stderr += text;
      },
    });
    return { exitCode, ...output };
  };
}

async function tamper(databaseUrl: string, statement: string): Promise<void> {
  const sql = openSql(databaseUrl);
  await sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx.unsafe(statement);
  });
  await sql.end();
}
