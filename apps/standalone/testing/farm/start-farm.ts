/*
 * A farm of real programs for tests: an API on a test database, each worker daemon in its own
 * process, nexrender, and the process trees of the stand-in. A test sends its requests over HTTP.
 * It reads /proc, folders and database rows without Renderdeck's code. The API and the workers
 * connect to the database with their own rights, the test connects as its owner.
 *
 * `close` ends the workers, the API and the database, in this order. It throws if a program did not
 * end in order, or if something is left: a process with the farm's folder in its environment, a
 * file in a scratch root, or a connection. It removes all of these in any case.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { installStandIn } from '@renderdeck/aerender-stand-in';
import { type ApiProgram, buildServer, openStore, startApi } from '@renderdeck/api/testing';
import { createToken } from '@renderdeck/operations';
import { aSystemContext, expectDone } from '@renderdeck/operations/testing';
import { connect } from '@renderdeck/store/connect';
import { type TestDatabase, temporaryFolder, testDatabase } from '@renderdeck/testing';
import { openSql, type Sql } from '@renderdeck/testing/open-sql';
import { waitFor } from '@renderdeck/testing/wait-for';
import { openClient } from './open-client.ts';
import { sampleSubmitter } from './submit-sample.ts';
import { watchJobs } from './watch-jobs.ts';
import { farmWorkers } from './workers.ts';

export type FarmUnderTest = Awaited<ReturnType<typeof startFarmUnderTest>>;

type Settings = Readonly<Record<string, string>>;
type WayOfWorkers = { readonly settings: Settings; end(): Promise<void> };
const DIRECT: WayOfWorkers = { settings: {}, end: async () => {} };
export type FarmOptions = {
  /**
   * Starts the API as a program with these settings. Without them it is in this process and accepts
   * every job, so that tests see the hosts' own checks.
   */
  readonly api?: Settings;
  /** Replaces the API of these sources, if `api` starts one as a program. */
  readonly apiProgram?: ApiProgram;
  /** Can put a proxy between the API and its database. */
  readonly through?: (databaseUrl: string) => Promise<string>;
  /** Can put a pooler between the workers and their database. It ends after them. */
  readonly workersThrough?: (databaseUrl: string) => Promise<WayOfWorkers>;
  /** Can provide another database. */
  readonly openDatabase?: () => Promise<TestDatabase>;
};

/** Starts the API. The test starts the workers: each gets `env` and its own settings. */
export async function startFarmUnderTest(
  env: Settings = {},
  {
    api: apiSettings,
    apiProgram,
    through = async (url) => url,
    workersThrough = async () => DIRECT,
    openDatabase = testDatabase,
  }: FarmOptions = {},
) {
  const database = await openDatabase();
  const folder = await temporaryFolder('farm');
  const folders = { assets: join(folder.path, 'assets'), output: join(folder.path, 'out') };
  for (const path of Object.values(folders)) await mkdir(path);
  const { aerender } = await installStandIn(join(folder.path, 'ae'));
  const workerUrl = await database.urlAs('renderdeck_worker');
  const way = await workersThrough(workerUrl);
  const workers = farmWorkers(folder.path, {
    DATABASE_URL: workerUrl,
    RENDERDECK_AERENDER: aerender,
    RENDERDECK_ASSET_ROOTS: folders.assets,
    RENDERDECK_OUTPUT_ROOTS: folders.output,
    // Only the tests of pictures look at them.
    RENDERDECK_PICTURES: 'off',
    ...env,
    ...way.settings,
  });
  const store = connect(database.url, { name: 'test' });
  const sql = openSql(database.url);
  const ada = { name: 'ada', role: 'admin', expiresInDays: null } as const;
  const { secret } = expectDone(await createToken(aSystemContext(store.db), ada));
  const apiUrl = await through(await database.urlAs('renderdeck_api'));
  const api = await (apiSettings === undefined
    ? serveHere(apiUrl, folders.output)
    : run(apiUrl, folders.output, apiSettings, apiProgram));
  const client = openClient(api.url, secret);
  return {
    ...{ url: api.url, apiSaid: api.said, token: secret },
    ...{ db: store.db, database, folders },
    /** Reads and changes rows as the owner of the database. */
    sql,
    /** The database with the rights of an API. */
    apiDatabaseUrl: apiUrl,
    ...client,
    ...watchJobs(store.db),
    ...workers,
    endLease: (host: string) => endLease(sql, host),
    submit: sampleSubmitter(folders, client.send),
    async close(): Promise<void> {
      const left = await workers.endWorkers();
      await way.end();
      left.push(...(await api.end()));
      await Promise.all([store.close(), sql.end()]);
      left.push(...(await workers.endLeftProcesses()), ...(await workers.leftFiles()));
      await database.drop().catch((error: unknown) => left.push(String(error)));
      await folder.remove();
      if (left.length > 0) throw new Error(`The farm left behind: ${left.join('; ')}`);
    },
  };
}

/**
 * Lets the lease of a host run out whose worker is killed, frozen or cut off, and waits until its
 * jobs are taken back. So leases are long, and a busy machine ends none of them by accident.
 */
async function endLease(sql: Sql, host: string): Promise<void> {
  // A renewal that was on its way gives the whole lease back.
  const isOver = async () => {
    await sql`update render_hosts
      set last_heard_at = clock_timestamp() - (lease_ms + 1) * interval '1 millisecond'
      where name = ${host} and clock_timestamp() - last_heard_at <= lease_ms * interval '1 ms'`;
    await sql`update jobs set lease_ms = 0,
        lease_expires_at = lease_expires_at - lease_ms * interval '1 millisecond'
      where host = ${host} and lease_expires_at is not null and lease_ms > 0`;
    const held = await sql`
      select from jobs where host = ${host} and lease_expires_at is not null`;
    return held.length === 0;
  };
  await waitFor(isOver, { withinMs: 120_000, what: `the lease of ${host} to run out` });
}

type RunningApi = {
  readonly url: string;
  /** What it has logged, if it is a program. */
  said(): string;
  /** Gives a sentence if it did not end in order. */
  end(): Promise<string[]>;
};

async function serveHere(databaseUrl: string, output: string): Promise<RunningApi> {
  const store = openStore({ databaseUrl, listenUrl: databaseUrl });
  const server = await buildServer(store, {
    sessionSecrets: ['a secret of this farm alone, long enough'],
    trustProxy: false,
    logLevel: process.env.CI === 'true' ? 'error' : 'silent',
    servedOutputs: [{ from: output, to: output }],
    // A test machine is often busy. The API must not refuse requests because of that.
    limits: { maxDelayMs: 0 },
  });
  return {
    url: await server.listen({ host: '127.0.0.1', port: 0 }),
    said: () => '',
    async end() {
      await server.close();
      await store.close();
      return [];
    },
  };
}

async function run(
  databaseUrl: string,
  output: string,
  settings: Settings,
  program?: ApiProgram,
): Promise<RunningApi> {
  const env = {
    DATABASE_URL: databaseUrl,
    RENDERDECK_LOG_LEVEL: 'error',
    RENDERDECK_MAX_DELAY_MS: '0',
    RENDERDECK_SERVE_OUTPUTS: output,
    ...settings,
  };
  const api = await startApi(env, program);
  if (api.url === '') throw new Error(`The API ended before it was ready: ${api.said()}`);
  return {
    url: api.url,
    said: api.said,
    async end() {
      const { code } = await api.end();
      return code === 0 ? [] : [`the API ended with code ${code}: ${api.said()}`];
    },
  };
}
