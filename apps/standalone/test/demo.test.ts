import { readdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { createClient } from '@renderdeck/client';
import { folderOfFile, testDatabase, waitFor } from '@renderdeck/testing';
import { findFarmProcesses } from '@renderdeck/testing/farm-processes';
import { expect, test } from 'vitest';
import { passwordIn } from './password-in.ts';
import { CHECKOUT, runStandalone } from './run-standalone.ts';

const folder = folderOfFile('standalone');

const namesOf = async (path: string) => (await findFarmProcesses(path)).map(({ name }) => name);

test('the demo starts all programs, SIGTERM ends them, and a new start keeps data', async () => {
  const dataDir = `${folder.path}/farm`;
  const env = { RENDERDECK_DATA_DIR: dataDir };
  const demo = runStandalone('demo', env, CHECKOUT);
  const url = await demo.ready();
  const password = passwordIn(demo.output());
  expect(demo.output()).toContain('Stand-in renderer, not After Effects');

  const client = createClient({ url });
  await client.signIn('admin', password ?? '');
  const { api } = client;
  const { jobs, counts } = await api.listJobs.query({ limit: 50 });
  expect(jobs).toHaveLength(12);
  expect(counts.queued).toBe(11);
  const rendering = await waitFor(async () =>
    (await api.listJobs.query({})).jobs.find(({ progress }) => progress > 0),
  );
  expect(await namesOf(dataDir)).toEqual(
    expect.arrayContaining(['nexrender', 'aerender', 'AfterFX']),
  );
  const { hosts } = await api.listHosts.query();
  expect(hosts).toMatchObject([{ standIn: true, state: 'rendering' }]);

  expect(await demo.end('SIGTERM')).toBe(0);
  expect(demo.output()).toContain('Stopped. No program of the farm is running.');
  expect(await namesOf(dataDir)).toEqual([]);
  expect(await readdir(`${dataDir}/scratch`)).toEqual(['.host', '.trash']);

  const again = runStandalone('demo', env);
  const urlAgain = await again.ready();
  expect(passwordIn(again.output())).toBeNull();
  const clientAgain = createClient({ url: urlAgain });
  await clientAgain.signIn('admin', password ?? '');
  const kept = await clientAgain.api.getJob.query({ id: rendering.id });
  expect(kept.attempts.at(-1)).toMatchObject({ number: 1, outcome: 'released' });
  expect((await clientAgain.api.listJobs.query({ limit: 50 })).jobs).toHaveLength(12);
  expect(await again.end('SIGINT')).toBe(0);
  expect(await namesOf(dataDir)).toEqual([]);
});

test('a taken port ends the start with a sentence and leaves nothing running', async () => {
  const dataDir = `${folder.path}/taken`;
  const holder = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => holder.once('listening', resolve));
  const address = holder.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  try {
    const demo = runStandalone('demo', { RENDERDECK_DATA_DIR: dataDir, PORT: String(port) });
    const { exitCode } = await demo.child;
    expect(exitCode).toBe(1);
    expect(demo.output()).toContain(
      `Port ${port} on 127.0.0.1 is taken; stop what uses it, or set PORT to another.`,
    );
    expect(demo.output()).not.toMatch(/^ +at /m);
    expect(await namesOf(dataDir)).toEqual([]);
  } finally {
    holder.close();
  }
});

test('with DATABASE_URL no PostgreSQL starts, and a killed start ends its programs', async () => {
  const dataDir = `${folder.path}/remote`;
  const database = await testDatabase();
  try {
    const demo = runStandalone('demo', {
      RENDERDECK_DATA_DIR: dataDir,
      DATABASE_URL: database.url,
    });
    await demo.ready();
    await waitFor(async () => (await namesOf(dataDir)).includes('AfterFX'));
    expect(await readdir(dataDir)).not.toContain('postgres');
    await demo.end('SIGKILL');
    await waitFor(async () => (await namesOf(dataDir)).length === 0, {
      withinMs: 60_000,
      what: 'nothing of the farm runs',
    });
    expect(await readdir(`${dataDir}/scratch`)).toEqual(['.host', '.trash']);
  } finally {
    await database.drop();
  }
});

test('`start` runs the farm without samples, and the host names its renderer', async () => {
  const dataDir = `${folder.path}/start`;
  const database = await testDatabase();
  try {
    const farm = runStandalone('start', {
      RENDERDECK_DATA_DIR: dataDir,
      DATABASE_URL: database.url,
      RENDERDECK_ADMIN_PASSWORD: 'chosen-by-the-owner',
    });
    const url = await farm.ready();
    expect(farm.output()).not.toContain('chosen-by-the-owner');
    expect(await (await fetch(url)).text()).toContain('<title>');
    const client = createClient({ url });
    await client.signIn('admin', 'chosen-by-the-owner');
    expect((await client.api.listJobs.query({})).jobs).toEqual([]);
    expect((await client.api.listHosts.query()).hosts).toMatchObject([
      { standIn: false, renderer: 'none' },
    ]);
    expect(await farm.end('SIGTERM')).toBe(0);
  } finally {
    await database.drop();
  }
});

test('a setting that is not valid ends the start with a sentence', async () => {
  const demo = runStandalone('start', { RENDERDECK_DATA_DIR: `${folder.path}/bad`, PORT: 'http' });
  expect((await demo.child).exitCode).toBe(1);
  expect(demo.output().trim()).toBe('PORT is a port number.');
});
