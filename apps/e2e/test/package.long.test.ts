/*
 * The npm package, as people install it: built once, packed, and installed by npm into a prefix of
 * its own. It runs under each Node.js of node-versions.ts. Nothing here runs from the repository
 * but the tests.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, cp, mkdir, readdir, readFile, readlink, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createClient } from '@renderdeck/client';
import { folderOfFile, waitFor } from '@renderdeck/testing';
import { findFarmProcesses } from '@renderdeck/testing/farm-processes';
import { runAlone } from '@renderdeck/worker/testing';
import { beforeAll, expect, test } from 'vitest';
import { farmOfFile } from './farm/farm-of-file.ts';
import { installPackage, openOtherUser } from './installed-package.ts';
import { fetchNodes, NODE_VERSIONS, type NodeVersion } from './node-versions.ts';

const folder = folderOfFile('package');
let installed: Awaited<ReturnType<typeof installPackage>>;
const farm = farmOfFile();
let nodes: Awaited<ReturnType<typeof fetchNodes>>;
beforeAll(async () => {
  [installed, nodes] = await Promise.all([installPackage(folder.path), fetchNodes(folder.path)]);
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

/** A PATH on which `node` is this version. */
const pathOf = (version: NodeVersion) => `${nodes.get(version)}:${process.env.PATH ?? ''}`;

// A cancel in it is proven by the kernel.
test.each(NODE_VERSIONS)('another user runs the demo from / under Node %s', async (version) => {
  const dataDir = join(folder.path, `farm-${version}`);
  await mkdir(dataDir);
  const other = await openOtherUser();
  if (other.uid !== null) await chown(dataDir, other.uid, other.uid);
  const [program = '', ...args] = [...other.within, installed.program, 'demo'];
  const { RENDERDECK_TEST_RUN = '' } = process.env;
  const PATH = pathOf(version);
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
    expect(await readlink(`/proc/${demo.pid}/exe`)).toBe(`${nodes.get(version)}/node`);
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

test.each(NODE_VERSIONS)('the self-test under Node %s ends hostile programs', async (version) => {
  const env = { PATH: pathOf(version) };
  const { exitCode, stdout } = await installed.run(['worker', 'selftest-kill'], env);
  expect(stdout).toContain('Every program was ended, with proof.');
  expect(exitCode).toBe(0);
});

test.skipIf(process.getuid?.() !== 0)('the tour holds without a network (needs root)', async () => {
  const alone = 'ip link set lo up && exec "$0" tour';
  const command = ['unshare', '--net', 'sh', '-c', alone, installed.program] as const;
  const { exitCode, stdout } = await runAlone('/', command, { PATH: pathOf('22.23.5') });
  expect(stdout).toContain('All of it held.');
  expect(exitCode).toBe(0);
});

type Started = { readonly version: NodeVersion; readonly name?: string; readonly place?: string };
/** Starts a worker under this Node from the package at `place`. */
const startWorker = (
  { version, name = 'one', place = installed.place }: Started,
  ...args: string[]
) =>
  farm.startWorker(name, { RENDERDECK_SLOTS: '2', PATH: pathOf(version) }, [], {
    command: [join(place, 'bin/renderdeck.mjs'), 'worker', ...args],
    cwd: '/',
  });
const copies = (name = 'one') => readdir(join(farm.scratchOf(name), '.program'));

/** Makes the package at `place` a newer one, as `npm i -g` of a newer one does. */
async function makeNewer(place: string, version: string): Promise<void> {
  for (const file of ['package.json', 'lib/version.json']) {
    const { content, ...others } = JSON.parse(await readFile(join(place, file), 'utf8'));
    const newer = content && `0000${content}`.slice(0, content.length);
    const facts = { ...others, version, content: newer };
    await writeFile(join(place, file), JSON.stringify(facts));
  }
}

test('a worker whose package is removed renders the next ten jobs', async () => {
  const worker = await startWorker({ version: '24.22.3' });
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

test('two versions side by side render at the same time, each from its own program', async () => {
  const place = join(folder.path, 'second/renderdeck');
  await cp(installed.place, place, { recursive: true, verbatimSymlinks: true });
  await makeNewer(place, '99.0.0');
  await startWorker({ version: '20.19.5' });
  await startWorker({ version: '24.22.3', name: 'two', place });
  const jobs = await Promise.all([1, 2, 3, 4].map(() => farm.submit({ held: true })));
  for (const { id } of jobs) await farm.untilPhase(id, 'rendering');
  const [[first = ''], [second]] = [await copies(), await copies('two')];
  expect(first).not.toMatch(/^99/);
  expect(second).toMatch(/^99\.0\.0-0000/);
  for (const job of jobs) await job.release();
  for (const { id } of jobs) await farm.until(id, 'COMPLETED');
});

test.each(NODE_VERSIONS)('an update under Node %s loses no render', async (version) => {
  const old = await startWorker({ version });
  const [before] = await copies();
  const job = await farm.submit({ held: true });
  await farm.untilPhase(job.id, 'rendering');
  await makeNewer(installed.place, `${version}-newer`);

  const update = startWorker({ version }, 'update');
  await farm.untilHost('one', 'ending', ({ state }) => state === 'ending');
  await job.release();
  expect(await old.exited).toEqual({ code: 0, signal: null });
  const { attempts } = await farm.until(job.id, 'COMPLETED');
  expect(attempts).toMatchObject([{ number: 1, outcome: 'completed' }]);

  await update;
  const next = await farm.submit();
  await farm.until(next.id, 'COMPLETED');
  expect(await copies()).toEqual([expect.not.stringContaining(before ?? '')]);
});
