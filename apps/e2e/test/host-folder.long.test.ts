/*
 * The folder that `pnpm build:host` makes, as it lies on a render host: without the repository,
 * without a package in a parent folder, and without files in the user's home.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { folderOfFile } from '@renderdeck/testing';
import { buildHostFolder } from '@renderdeck/worker/build';
import { runAlone } from '@renderdeck/worker/testing';
import { beforeAll, expect, test } from 'vitest';
import { farmOfFile, SLOW } from './farm/farm-of-file.ts';

const PATH = process.env.PATH ?? '';
const place = folderOfFile('host');
const farm = farmOfFile();
let folder = '';
let home = '';

beforeAll(async () => {
  home = join(place.path, 'home');
  await mkdir(home);
  folder = await buildHostFolder({ target: 'linux-x64', into: place.path });
});

const start = (from = folder, env: Readonly<Record<string, string>> = {}) =>
  farm.startWorker('one', { HOME: home, ...env }, [], {
    command: [join(from, 'worker')],
    cwd: home,
  });

const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  runAlone(home, [join(folder, 'worker'), ...args], {
    PATH,
    HOME: home,
    ...env,
  });

test('the worker of the folder renders a job, cancels another and ends in order', async () => {
  await start();
  const done = await farm.submit();
  await farm.until(done.id, 'COMPLETED');
  expect((await readFile(done.output)).length).toBeGreaterThan(1000);

  const slow = await farm.submit({ project: SLOW });
  const attempt = await farm.untilPhase(slow.id, 'rendering');
  const names = (await farm.processes(attempt.id)).map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['nexrender', 'aerender', 'AfterFX']));
  const { status, receipt } = await farm.cancel(slow.id, '?waitMs=30000');
  expect(status).toBe(200);
  expect(receipt).toMatchObject({ outcome: 'cancelled', output: 'none', survivors: [] });
  expect(receipt.proof).toMatch(/^(kernel|forkFree|repeated)$/);
  expect(await farm.processes(attempt.id)).toEqual([]);
  expect(existsSync(attempt.scratchPath ?? '')).toBe(false);
});

test('an update to a new folder drains the old worker and loses no render', async () => {
  const other = await buildHostFolder({ target: 'linux-x64', into: join(place.path, 'new') });
  const old = await start();
  const job = await farm.submit({ held: true });
  await farm.untilPhase(job.id, 'rendering');
  const settings = farm.settingsOf();
  const early = await runAlone(home, [join(other, 'worker')], { ...settings, PATH, HOME: home });
  expect(early).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('Another worker') });

  const stop = run(['stop', '--drain'], settings);
  await farm.untilHost('one', 'ending', ({ state }) => state === 'ending');
  await job.release();
  expect(await stop).toMatchObject({ exitCode: 0 });
  expect(await old.exited).toEqual({ code: 0, signal: null });
  const { attempts } = await farm.until(job.id, 'COMPLETED');
  expect(attempts).toMatchObject([{ number: 1, outcome: 'completed' }]);

  await start(other);
  const next = await farm.submit();
  await farm.until(next.id, 'COMPLETED');
});

const isOther =
  spawnSync(process.execPath, ['--version'], { uid: 65_534, gid: 65_534 }).status === 0;
test.skipIf(!isOther)(
  'another user may not stop the worker (needs root, and Node for all)',
  async () => {
    await start();
    // Every user can read this folder. The repository's folder may be readable only for root.
    const asNobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--'] as const;
    const settings = { ...farm.settingsOf(), DATABASE_URL: '', PATH, HOME: home };
    expect(
      await runAlone(home, [...asNobody, join(folder, 'worker'), 'stop'], settings),
    ).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining(
        'Only the user of a worker, or an administrator, may stop it',
      ),
    });
  },
);

test('an action module that the operator installed runs in a job, and is listed', async () => {
  const modules = join(place.path, 'modules');
  const name = 'nexrender-action-note';
  const noted = join(place.path, 'noted');
  const installed = join(modules, 'node_modules', name);
  await mkdir(installed, { recursive: true });
  await writeFile(join(installed, 'package.json'), JSON.stringify({ name, version: '1.2.3' }));
  const body = `require('node:fs').writeFileSync(${JSON.stringify(noted)}, job.uid);`;
  await writeFile(join(installed, 'index.js'), `module.exports = async (job) => { ${body} };`);
  const env = {
    RENDERDECK_ACTIONS_DIR: modules,
    RENDERDECK_ACTIONS: `@nexrender/action-copy,${name}`,
  };
  expect(await run(['actions'], env)).toEqual({
    exitCode: 0,
    stdout: [
      '@nexrender/action-copy 1.49.4: publishes, after both gates; from Renderdeck',
      `${name} 1.2.3: may leave the host, so it runs after the second gate; ` +
        `from ${join(installed, 'index.js')}`,
    ].join('\n'),
    stderr: '',
  });
  await start(folder, env);
  const job = await farm.submit({
    change: (sample) => ({
      ...sample,
      actions: { ...Object(sample.actions), prerender: [{ module: name }] },
    }),
  });
  await farm.until(job.id, 'COMPLETED');
  expect(await readFile(noted, 'utf8')).toBe(job.id);
});

test('the self-test of the folder ends hostile programs', async () => {
  const { exitCode, stdout } = await run(['selftest-kill']);
  expect(stdout).toContain('Every program was ended, with proof.');
  expect(stdout, 'nothing names a database').toContain('\nThis result is kept nowhere: ');
  expect(exitCode).toBe(0);
});

test('the worker reads the settings file above the folder; the environment wins', async () => {
  const { DATABASE_URL } = farm.settingsOf();
  await writeFile(
    join(place.path, 'settings.env'),
    `DATABASE_URL=${DATABASE_URL}\nRENDERDECK_DATA_DIR=./data\n`,
  );
  expect(await run(['sweep'])).toEqual({
    exitCode: 0,
    stdout: `Nothing is left in ${join(place.path, 'data/scratch')}.`,
    stderr: '',
  });
  const other = join(place.path, 'other');
  expect(await run(['sweep'], { RENDERDECK_SCRATCH_ROOT: other })).toMatchObject({
    stdout: `Nothing is left in ${other}.`,
  });
});
