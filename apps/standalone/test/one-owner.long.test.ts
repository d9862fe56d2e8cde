/*
 * A data folder has one farm. A second start touches nothing in it, and a killed start does not own
 * it.
 */
import { readFile } from 'node:fs/promises';
import { createClient } from '@renderdeck/client';
import { folderOfFile, testDatabase, waitFor } from '@renderdeck/testing';
import { findFarmProcesses } from '@renderdeck/testing/farm-processes';
import { expect, test } from 'vitest';
import { findProgram } from './find-program.ts';
import { passwordIn } from './password-in.ts';
import { runStandalone } from './run-standalone.ts';

const folder = folderOfFile('one-owner');

test('a second demo names the first one and does not touch its database or renders', async () => {
  const dataDir = `${folder.path}/second`;
  const first = runStandalone('demo', { RENDERDECK_DATA_DIR: dataDir });
  const url = await first.ready();
  const password = passwordIn(first.output());
  const client = createClient({ url });
  await client.signIn('admin', password ?? '');
  const rendering = await waitFor(async () =>
    (await client.api.listJobs.query({})).jobs.find(({ progress }) => progress > 0),
  );
  const postmaster = await readFile(`${dataDir}/postgres/cluster/postmaster.pid`, 'utf8').catch(
    () => '',
  );
  expect(postmaster).not.toBe('');

  for (const command of ['demo', 'start'] as const) {
    // The second start has another port, so only the folder is in conflict.
    const second = runStandalone(command, { RENDERDECK_DATA_DIR: dataDir });
    expect((await second.child).exitCode).toBe(1);
    expect(second.output()).toMatch(
      new RegExp(
        `^A farm runs in ${dataDir} already: process ${first.child.pid}, ` +
          `since \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d, at ${url}\\. Stop it first, or set `,
      ),
    );
    expect(second.output().trim().split('\n')).toHaveLength(1);
  }

  expect(await readFile(`${dataDir}/postgres/cluster/postmaster.pid`, 'utf8')).toBe(postmaster);
  const { attempts } = await client.api.getJob.query({ id: rendering.id });
  expect(attempts).toMatchObject([{ number: 1, outcome: null }]);
  expect(await first.end('SIGTERM')).toBe(0);
  expect(await findFarmProcesses(dataDir)).toEqual([]);
});

test('of two first starts at once, one runs and the other names it (three times)', async () => {
  for (let round = 1; round <= 3; round += 1) {
    const dataDir = `${folder.path}/round ${round}`;
    const starts = [1, 2].map(() => runStandalone('start', { RENDERDECK_DATA_DIR: dataDir }));
    const loser = await Promise.race(starts.map((start) => start.child.then(() => start)));
    const winner = starts.find((start) => start !== loser);
    if (winner === undefined) throw new Error('There are two starts.');
    expect([(await loser.child).exitCode, loser.output()]).toEqual([
      1,
      expect.stringMatching(
        new RegExp(`^A farm runs in .* already: process ${winner.child.pid}, since `),
      ),
    ]);
    const client = createClient({ url: await winner.ready() });
    await client.signIn('admin', passwordIn(winner.output()) ?? '');
    expect((await client.api.listJobs.query({})).jobs).toEqual([]);
    expect((await client.api.listHosts.query()).hosts).toHaveLength(1);
    expect(await winner.end('SIGTERM')).toBe(0);
    expect(await findFarmProcesses(dataDir)).toEqual([]);
  }
}, 600_000);

test('after kill -9, the next start waits for the programs of the killed start', async () => {
  const dataDir = `${folder.path}/killed`;
  const database = await testDatabase();
  const env = { RENDERDECK_DATA_DIR: dataDir, DATABASE_URL: database.url };
  try {
    const first = runStandalone('start', env);
    const url = await first.ready();
    const worker = await findProgram(dataDir, 'worker');
    if (worker === null) throw new Error('No worker runs.');
    // A frozen worker does not notice that its start was killed.
    process.kill(worker, 'SIGSTOP');
    await first.end('SIGKILL');
    // The port is the same: the API of the killed start uses it until that API ends.
    const second = runStandalone('start', { ...env, PORT: new URL(url).port });
    await waitFor(() => second.output().includes('Waiting for its API and its worker to end'));
    expect(await findProgram(dataDir, 'worker')).toBe(worker);
    process.kill(worker, 'SIGCONT');
    expect(await second.ready()).toBe(url);
    expect(await second.end('SIGTERM')).toBe(0);
    expect(await findFarmProcesses(dataDir)).toEqual([]);
  } finally {
    await database.drop();
  }
});
