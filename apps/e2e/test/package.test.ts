/*
 * The npm package, as people install it: built once, packed, and installed by npm into a prefix of
 * its own. Nothing here runs from the repository but the tests.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createClient } from '@renderdeck/client';
import { type FarmUnderTest, startFarmUnderTest } from '@renderdeck/standalone/testing';
import { temporaryFolder, waitFor } from '@renderdeck/testing';
import { findFarmProcesses } from '@renderdeck/testing/farm-processes';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { installPackage, openOtherUser } from './installed-package.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let installed: Awaited<ReturnType<typeof installPackage>>;
let farm: FarmUnderTest;
beforeAll(async () => {
  folder = await temporaryFolder('package');
  [installed, farm] = await Promise.all([installPackage(folder.path), startFarmUnderTest()]);
});
afterAll(async () => {
  await farm.close();
  await folder.remove();
});

test('the tarball has 4 MB at most, and all that npm installs for it 45 MB', () => {
  expect(installed.size.packed).toBeLessThan(4e6);
  expect(installed.size.installed).toBeLessThan(45e6);
});

test('the command says what it can do, and each command has --help and --version', async () => {
  const alone = await installed.run([]);
  expect(alone).toMatchObject({ exitCode: 0, stderr: '' });
  const names = [...alone.stdout.matchAll(/^ {2}([a-z]+) /gm)].map(([, name = '']) => name);
  expect(names).toEqual(['demo', 'start', 'tour', 'api', 'worker', 'ctl', 'migrate']);
  expect((await installed.run(['--help'])).stdout.trim()).toBe(alone.stdout.trim());
  const { version } = JSON.parse(await readFile(join(installed.place, 'package.json'), 'utf8'));
  for (const name of ['', ...names]) {
    const command = name === '' ? [] : [name];
    const [help, told] = await Promise.all([
      installed.run([...command, '--help']),
      installed.run([...command, '--version']),
    ]);
    expect(help).toMatchObject({ exitCode: 0, stderr: '' });
    expect(help.stdout).toMatch(new RegExp(`^Usage: renderdeck ${name}`));
    expect(told).toEqual({ exitCode: 0, stdout: `renderdeck ${version}`, stderr: '' });
  }
  const wrong = await installed.run(['wroker']);
  expect(wrong.exitCode).toBe(1);
  expect(wrong.stderr).toContain('Did you mean worker?');
});

test('sentences name the command of the package', async () => {
  const empty = new URL(farm.settingsOf().DATABASE_URL ?? '');
  empty.pathname = '/template1';
  const run = await installed.run(['api'], {
    DATABASE_URL: empty.href,
    RENDERDECK_SESSION_SECRET: 'x'.repeat(32),
  });
  expect(run.stderr).toContain('run `renderdeck migrate` with the same DATABASE_URL');
});

test('another user runs the demo from /, and a cancel there is proven by the kernel', async () => {
  const dataDir = join(folder.path, 'farm');
  await mkdir(dataDir);
  const other = await openOtherUser();
  if (other.uid !== null) await chown(dataDir, other.uid, other.uid);
  const [program = '', ...args] = [...other.within, installed.program, 'demo'];
  const { RENDERDECK_TEST_RUN = '', PATH = '' } = process.env;
  const demo = spawn(program, args, {
    cwd: '/',
    env: { RENDERDECK_TEST_RUN, PATH, RENDERDECK_DATA_DIR: dataDir, PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [demo.stdout, demo.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  const closed = once(demo, 'close');
  try {
    const ended = closed.then(() => Promise.reject(new Error(`The demo ended: ${output}`)));
    const ready = waitFor(() => /ready: (\S+)[\s\S]*Password +(\S+)[\s\S]*Ctrl-C/.exec(output), {
      withinMs: 120_000,
      what: 'the demo is ready',
    });
    const [, url = '', password = ''] = await Promise.race([ready, ended]);
    expect(await (await fetch(url)).text()).toContain('<title>');
    expect((await fetch(`${url}/api/docs/static/swagger-ui.css`)).status).toBe(200);

    const client = createClient({ url });
    await client.signIn('admin', password);
    const rendering = await waitFor(async () => {
      const { jobs } = await client.api.listJobs.query({});
      return jobs.find(({ progress }) => progress > 0);
    });
    const names = (await findFarmProcesses(dataDir)).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['nexrender', 'aerender', 'AfterFX']));
    const { receipt } = await client.api.cancelJob.mutate({ id: rendering.id, waitMs: 30_000 });
    expect(receipt).toMatchObject({ outcome: 'cancelled', survivors: [] });
    expect(receipt.proof).toMatch(other.proof);
  } finally {
    demo.kill('SIGTERM');
  }
  const [exitCode] = await closed;
  expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
  expect(await findFarmProcesses(dataDir)).toEqual([]);
  other.close();
});

test('the self-test of the package ends hostile programs', async () => {
  const { exitCode, stdout } = await installed.run(['worker', 'selftest-kill']);
  expect(stdout).toContain('Every program was ended, with proof.');
  expect(exitCode).toBe(0);
});

const startWorker = (...args: readonly string[]) =>
  farm.startWorker('one', { RENDERDECK_SLOTS: '2' }, [], {
    command: [installed.program, 'worker', ...args],
    cwd: '/',
  });
const copies = () => readdir(join(farm.scratchOf('one'), '.program'));

test('a worker whose package is removed renders the next ten jobs', async () => {
  const worker = await startWorker();
  const aside = `${installed.place}-removed`;
  await rename(installed.place, aside);
  try {
    const jobs = await Promise.all(Array.from({ length: 10 }, () => farm.submit()));
    for (const { id } of jobs) {
      const { attempts } = await farm.until(id, 'COMPLETED');
      expect(attempts).toMatchObject([{ number: 1, outcome: 'completed' }]);
    }
    expect(await worker.end()).toEqual({ code: 0, signal: null });
  } finally {
    await rename(aside, installed.place);
  }
});

test('an update drains the old worker, starts the new one and loses no render', async () => {
  const old = await startWorker();
  const [before] = await copies();
  const job = await farm.submit({ held: true });
  await farm.untilPhase(job.id, 'rendering');
  const facts = join(installed.place, 'lib/version.json');
  const { content, ...others } = JSON.parse(await readFile(facts, 'utf8'));
  const newer = `0000${content}`.slice(0, content.length);
  await writeFile(facts, JSON.stringify({ ...others, content: newer }));

  const update = startWorker('update');
  await farm.untilHost('one', 'ending', ({ state }) => state === 'ending');
  await job.release();
  expect(await old.exited).toEqual({ code: 0, signal: null });
  const { attempts } = await farm.until(job.id, 'COMPLETED');
  expect(attempts).toMatchObject([{ number: 1, outcome: 'completed' }]);

  const worker = await update;
  const next = await farm.submit();
  await farm.until(next.id, 'COMPLETED');
  expect(await copies()).toEqual([expect.not.stringContaining(before ?? '')]);
  expect(await worker.end()).toEqual({ code: 0, signal: null });
});
