/* A first start that is killed at any moment leaves nothing that the next one cannot mend. */
import { readdir, readFile, realpath, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createClient } from '@renderdeck/client';
import { temporaryFolder, waitFor } from '@renderdeck/testing';
import { findFarmProcesses } from '@renderdeck/testing/farm-processes';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findPostmaster } from './find-postmaster.ts';
import { findProgram } from './find-program.ts';
import { passwordIn } from './password-in.ts';
import { runStandalone } from './run-standalone.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder('first-start');
});
afterAll(() => folder.remove());

const text = (file: string) => readFile(file, 'utf8').catch(() => '');
const has = (file: string) => stat(file).then(Boolean, () => false);
const hasUnfinished = async (dataDir: string) =>
  (await readdir(`${dataDir}/postgres`).catch(() => [])).some((name) =>
    /^cluster[.]new/.test(name),
  );

type Moment = readonly [name: string, (dataDir: string) => Promise<boolean>];
const MOMENTS: readonly Moment[] = [
  ['before anything', (dir) => has(`${dir}/farm.lock`)],
  ['during initdb', hasUnfinished],
  ['when the cluster has its name', (dir) => has(`${dir}/postgres/cluster`)],
  ['while PostgreSQL starts', async (dir) => (await findPostmaster(dir)) !== null],
  [
    'when PostgreSQL takes the migrations',
    async (dir) => /ready/.test(await text(`${dir}/postgres/cluster/postmaster.pid`)),
  ],
  ['between the secrets', (dir) => has(`${dir}/first-admin.json`)],
  ['while the API starts', async (dir) => (await findProgram(dir, 'api')) !== null],
  [
    'when the admin is made and not shown',
    async (dir) => (await findProgram(dir, 'worker')) !== null,
  ],
];

test.each(MOMENTS)('killed %s, the next start is a whole farm', async (name, isReached) => {
  // A short name: a scratch root has at most 100 characters.
  const dataDir = `${folder.path}/${MOMENTS.findIndex((moment) => moment[0] === name)}`;
  const env = { RENDERDECK_DATA_DIR: dataDir };
  const killed = runStandalone('demo', env);
  await waitFor(() => isReached(dataDir), { withinMs: 60_000, everyMs: 1, what: name });
  await killed.end('SIGKILL');

  const next = runStandalone('demo', env);
  const client = createClient({ url: await next.ready(100_000) });
  // The password was shown by no start before this one.
  await client.signIn('admin', passwordIn(next.output()) ?? '');
  expect((await client.api.listJobs.query({ limit: 50 })).jobs.length).toBeGreaterThan(0);
  expect(next.output()).toMatch(/Samples {4}(12 jobs submitted|\d+ still wait from the last time)/);
  expect((await client.api.listHosts.query()).hosts).toHaveLength(1);
  // Shown once: from then on it is on no disk.
  expect((await text(`${dataDir}/first-admin.json`)).trim()).toBe('');
  expect((await text(`${dataDir}/demo-token`)).trim()).toMatch(/^rd_/);
  for (const secret of ['session-secret', 'demo-token', 'postgres/password'])
    expect([secret, (await stat(`${dataDir}/${secret}`)).mode & 0o777]).toEqual([secret, 0o600]);
  expect(await hasUnfinished(dataDir)).toBe(false);
  expect(await next.end('SIGTERM')).toBe(0);
  expect(await findFarmProcesses(dataDir)).toEqual([]);
  await removeData(dataDir);
});

/** With PostgreSQL's data, which is elsewhere when its user cannot enter the folder. */
async function removeData(dataDir: string): Promise<void> {
  const cluster = await realpath(`${dataDir}/postgres/cluster`);
  if (!cluster.startsWith(`${dataDir}/`)) await rm(dirname(cluster), { recursive: true });
  await rm(dataDir, { recursive: true });
}
