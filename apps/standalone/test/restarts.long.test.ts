/* A program of the farm that ends by itself is started again. The others go on. */
import { createClient } from '@renderdeck/client';
import { folderOfFile, waitFor } from '@renderdeck/testing';
import { findFarmProcesses } from '@renderdeck/testing/farm-processes';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findPostmaster } from './find-postmaster.ts';
import { findProgram } from './find-program.ts';
import { passwordIn } from './password-in.ts';
import { runStandalone } from './run-standalone.ts';

const WITHIN = { withinMs: 60_000 };

const folder = folderOfFile('restarts');
let dataDir: string;
let demo: ReturnType<typeof runStandalone>;
let client: ReturnType<typeof createClient>;
beforeAll(async () => {
  dataDir = `${folder.path}/farm`;
  demo = runStandalone('demo', { RENDERDECK_DATA_DIR: dataDir });
  client = createClient({ url: await demo.ready() });
  await client.signIn('admin', passwordIn(demo.output()) ?? '');
});
afterAll(async () => {
  await demo.end('SIGTERM');
  expect(await findFarmProcesses(dataDir)).toEqual([]);
});

/** Finds a job that renders now. */
const rendering = () =>
  waitFor(
    async () =>
      (await client.api.listJobs.query({ show: 'active' })).jobs.find(
        ({ progress, status }) => progress > 0 && status === 'RENDERING',
      ),
    WITHIN,
  );

/** Kills a program with SIGKILL, and waits until another process runs in its place. */
async function killAndWait(find: () => Promise<number | null>): Promise<void> {
  const pid = await find();
  if (pid === null) throw new Error('It does not run.');
  process.kill(pid, 'SIGKILL');
  await waitFor(async () => ![null, pid].includes(await find()), WITHIN);
}

test('a killed worker is started again, ends its old processes, and renders', async () => {
  const { id } = await rendering();
  const api = await findProgram(dataDir, 'api');
  const postmaster = await findPostmaster(dataDir);
  await killAndWait(() => findProgram(dataDir, 'worker'));
  await waitFor(() => demo.output().includes('The worker runs again.'), WITHIN);
  expect(demo.output()).toMatch(/\nThe worker ended unexpectedly; it is started again\. SIGKILL /);
  const lost = await waitFor(async () => {
    const { attempts } = await client.api.getJob.query({ id });
    return attempts.find(({ number, confirmedAt }) => number === 1 && confirmedAt !== null);
  }, WITHIN);
  expect(lost.outcome).toBe('lost');
  await rendering();
  expect([await findProgram(dataDir, 'api'), await findPostmaster(dataDir)]).toEqual([
    api,
    postmaster,
  ]);
});

test('a killed API is started again at the same address, and sessions stay open', async () => {
  const { id } = await rendering();
  const worker = await findProgram(dataDir, 'worker');
  await killAndWait(() => findProgram(dataDir, 'api'));
  const { attempts } = await waitFor(() => client.api.getJob.query({ id }), WITHIN);
  expect(attempts[0]?.outcome ?? 'completed').toBe('completed');
  await waitFor(() => demo.output().includes('The API runs again.'), WITHIN);
  expect(await findProgram(dataDir, 'worker')).toBe(worker);
});

test('a killed PostgreSQL is started again at its address, and renders go on', async () => {
  const { id } = await rendering();
  const programs = () => Promise.all([findProgram(dataDir, 'api'), findProgram(dataDir, 'worker')]);
  const before = await programs();
  await killAndWait(() => findPostmaster(dataDir));
  await waitFor(() => demo.output().includes('The local PostgreSQL runs again.'), WITHIN);
  const { attempts } = await waitFor(() => client.api.getJob.query({ id }), WITHIN);
  expect(attempts[0]?.outcome ?? 'completed').toBe('completed');
  expect(await programs()).toEqual(before);
});
