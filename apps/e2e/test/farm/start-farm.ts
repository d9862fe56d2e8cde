/*
 * A real farm for tests: the API in this process on a test database, each worker daemon in its own
 * process, nexrender, and the process trees of the stand-in. A test sends its requests over HTTP.
 * It reads /proc, folders and database rows without Renderdeck's code. The API and the workers
 * connect to the database with their own rights, the test connects as its owner.
 *
 * `close` ends the workers, the API and the database, in this order. It throws if a worker did not
 * end in order, or if something is left: a process with the farm's folder in its environment, a
 * file in a scratch root, or a connection. It removes all of these in any case.
 */
import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { installStandIn } from '@renderdeck/aerender-stand-in';
import { buildServer } from '@renderdeck/api/testing';
import * as operations from '@renderdeck/operations';
import { expectDone } from '@renderdeck/operations/testing';
import { connect } from '@renderdeck/store/connect';
import { type TestDatabase, temporaryFolder, testDatabase } from '@renderdeck/testing';
import { openClient } from './open-client.ts';
import { sampleSubmitter } from './submit-sample.ts';
import { watchJobs } from './watch-jobs.ts';
import { farmWorkers } from './workers.ts';

export type { WorkerUnderTest } from '@renderdeck/worker/testing';
export type { Submitted } from './submit-sample.ts';
export type FarmUnderTest = Awaited<ReturnType<typeof startFarmUnderTest>>;

const requestContext = {
  actor: { kind: 'system', name: 'test' },
  channel: 'test',
  address: null,
  requestId: null,
} as const;

/**
 * Starts the API. The test starts the workers: each gets `env` and its own settings. `through` can
 * put a proxy between the API and its database. `openDatabase` can provide another database.
 */
export async function startFarmUnderTest(
  env: Readonly<Record<string, string>> = {},
  through: (databaseUrl: string) => Promise<string> = (url) => Promise.resolve(url),
  openDatabase: () => Promise<TestDatabase> = testDatabase,
) {
  const database = await openDatabase();
  const folder = await temporaryFolder('farm');
  const folders = { assets: join(folder.path, 'assets'), output: join(folder.path, 'out') };
  for (const path of Object.values(folders)) await mkdir(path);
  const { aerender } = await installStandIn(join(folder.path, 'ae'));
  const workers = farmWorkers(folder.path, {
    DATABASE_URL: await database.urlAs('renderdeck_worker'),
    RENDERDECK_AERENDER: aerender,
    RENDERDECK_ASSET_ROOTS: folders.assets,
    RENDERDECK_OUTPUT_ROOTS: folders.output,
    RENDERDECK_LEASE_MS: '10000',
    ...env,
  });
  const store = connect(database.url, { name: 'test' });
  const apiStore = connect(await through(await database.urlAs('renderdeck_api')), {
    name: 'renderdeck api',
  });
  const made = await operations.createToken(
    { db: store.db, requestContext, newId: randomUUID },
    { name: 'ada', role: 'admin', expiresInDays: null },
  );
  const { secret } = expectDone(made);
  const server = await buildServer(apiStore, {
    sessionSecrets: ['a secret of this farm alone, long enough'],
    trustProxy: false,
    logLevel: 'error',
    // A test machine is often busy. The API must not refuse requests because of that.
    limits: { maxDelayMs: 0 },
  });
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  const client = openClient(url, secret);
  const { end, ...play } = workers;
  return {
    url,
    token: secret,
    db: store.db,
    database,
    folders,
    ...client,
    ...watchJobs(store.db),
    ...play,
    submit: sampleSubmitter(folders, client.send),
    async close(): Promise<void> {
      const left = await end();
      await server.close();
      await apiStore.close();
      await store.close();
      left.push(...(await workers.endLeftProcesses()), ...(await workers.leftFiles()));
      await database.drop().catch((error: unknown) => left.push(String(error)));
      await folder.remove();
      if (left.length > 0) throw new Error(`The farm left behind: ${left.join('; ')}`);
    },
  };
}
