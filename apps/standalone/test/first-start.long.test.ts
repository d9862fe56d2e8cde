/* A first start may be killed at any moment. The next start finishes what it left undone. */
import { readdir, readFile, realpath, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createClient } from '@renderdeck/client';
import { folderOfFile, waitFor } from '@renderdeck/testing';
import { findFarmProcesses } from '@renderdeck/testing/farm-processes';
import { expect, test } from 'vitest';
import { findPostmaster } from './find-postmaster.ts';
import { findProgram } from './find-program.ts';
import { passwordIn } from './password-in.ts';
import { runStandalone } from './run-standalone.ts';

const folder = folderOfFile('first-start');

const text = (file: string) => readFile(file, 'utf8').catch(() => '');
const has = (file: string) => stat(file).then(Boolean, () => false);
const hasUnfinished = async (dataDir: string) =>
  (await readdir(`${dataDir}/postgres`).catch(() => [])).some((name) =>
    /^cluster[.]new/.test(name),
  );

type Moment = readonly [
  name: string,
  command: 'start' | 'demo',
  isReached: (dataDir: string) => Promise<boolean>,
];
/** `demo` differs from `start` only after the API has started: it creates a token and samples. */
const MOMENTS: readonly Moment[] = [
  ['before anything', 'start', (dir) => has(`${dir}/farm.lock`)],
  ['during initdb', 'start', hasUnfinished],
  ['when the cluster has its name', 'start', (dir) => has(`${dir}/postgres/cluster`)],
  ['while PostgreSQL starts', 'start', async (dir) => (await findPostmaster(dir)) !== null],
  [
    'when PostgreSQL takes the migrations',
    'start',
    async (dir) => /ready/.test(await text(`${dir}/postgres/cluster/postmaster.pid`)),
  ],
  ['between the secrets', 'start', (dir) => has(`${dir}/first-admin.json`)],
  ['while the API starts', 'demo', async (dir) => (await findProgram(dir, 'api')) !== null],
  [
    'when the admin is made and not shown',
    'demo',
    async (dir) => (await findProgram(dir, 'worker')) !== null,
  ],
];

test.each(MOMENTS)(
  'killed %s, the next %s starts a whole farm',
  async (name, command, isReached) => {
    // The name must be short, because the path of a scratch root has at most 100 characters.
    const dataDir = `${folder.path}/${MOMENTS.findIndex((moment) => moment[0] === name)}`;
    const env = { RENDERDECK_DATA_DIR: dataDir };
    const killed = runStandalone(command, env);
    await waitFor(() => isReached(dataDir), { withinMs: 60_000, everyMs: 1, what: name });
    await killed.end('SIGKILL');

    const next = runStandalone(command, env);
    const client = createClient({ url: await next.ready(100_000) });
    // No earlier start had shown the password, so this start shows it.
    await client.signIn('admin', passwordIn(next.output()) ?? '');
    const { jobs } = await client.api.listJobs.query({ limit: 50 });
    expect(jobs.length > 0).toBe(command === 'demo');
    if (command === 'demo')
      expect(next.output()).toMatch(
        /Samples {4}(12 jobs submitted|not submitted: the queue has \d+ unfinished jobs)/,
      );
    expect((await client.api.listHosts.query()).hosts).toHaveLength(1);
    // After the password was shown once, it is no longer on the disk.
    await waitFor(async () => (await text(`${dataDir}/first-admin.json`)).trim() === '', {
      what: 'the password to be deleted',
    });
    const secrets = ['session-secret', 'postgres/password'];
    if (command === 'demo') {
      expect((await text(`${dataDir}/demo-token`)).trim()).toMatch(/^rd_/);
      secrets.push('demo-token');
    }
    for (const secret of secrets)
      expect([secret, (await stat(`${dataDir}/${secret}`)).mode & 0o777]).toEqual([secret, 0o600]);
    expect(await hasUnfinished(dataDir)).toBe(false);
    expect(await next.end('SIGTERM')).toBe(0);
    expect(await findFarmProcesses(dataDir)).toEqual([]);
    await removeData(dataDir);
  },
);

/**
 * Also removes PostgreSQL's data, which is outside the folder if its user cannot enter the folder.
 */
async function removeData(dataDir: string): Promise<void> {
  const cluster = await realpath(`${dataDir}/postgres/cluster`);
  if (!cluster.startsWith(`${dataDir}/`)) await rm(dirname(cluster), { recursive: true });
  await rm(dataDir, { recursive: true });
}
