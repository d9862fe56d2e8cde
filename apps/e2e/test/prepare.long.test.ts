/*
 * Tests `worker prepare`, `worker selftest-kill` and `worker acceptance`: what they do, print, and
 * store for the host.
 */
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { installStandIn } from '@renderdeck/aerender-stand-in';
import type { WireHost } from '@renderdeck/contract';
import { runWorker } from '@renderdeck/worker/testing';
import { beforeAll, expect, test } from 'vitest';
import { farmOfFile } from './farm/farm-of-file.ts';

const NOBODY = 'postgres://nobody@127.0.0.1:1/none';
const farm = farmOfFile({ RENDERDECK_ACTIONS: '@nexrender/action-copy' });
beforeAll(async () => {
  // The farm allows no encoding action, because this machine may have no ffmpeg.
});

const hostOf = (name: string) => farm.untilHost(name, 'listed', () => true);
const stateOf = (host: WireHost, name: string) =>
  host.preparation?.findings.find((finding) => finding.name === name)?.state;

/** Returns settings with a new After Effects folder, which nobody has prepared. */
async function aNewHost(name: string) {
  const { aerender } = await installStandIn(join(farm.folders.assets, `ae-${name}`));
  const script = join(dirname(aerender), 'Scripts', 'Startup', 'commandLineRenderer.jsx');
  const env = { ...farm.settingsOf(name), RENDERDECK_AERENDER: aerender };
  return { env, readScript: () => readFile(script, 'utf8') };
}

test('a host is prepared without a database; its worker stores the result later', async () => {
  const { env, readScript } = await aNewHost('new');
  const { exitCode, lines, stderr } = await runWorker(['prepare'], {
    ...env,
    DATABASE_URL: NOBODY,
  });
  expect({ exitCode, stderr }, lines.join('\n')).toEqual({ exitCode: 0, stderr: '' });
  expect(await readScript()).toContain('nexrender-patch');
  expect(lines).toContainEqual(expect.stringMatching(/^done {6}startup script: /));
  expect(lines).toContainEqual(expect.stringMatching(/^done {6}scratch root: /));
  expect(lines).toContainEqual(expect.stringMatching(/^ok {8}render: nexrender rendered a frame/));
  expect(lines).toContainEqual(expect.stringMatching(/^not known database: /));
  expect(lines).toContainEqual(
    'The worker of new shows this result on the host page once it has started: ' +
      'the database does not answer now.',
  );
  await farm.startWorker('new', env);
  const host = await hostOf('new');
  expect(stateOf(host, 'startup script')).toBe('done');
  expect(stateOf(host, 'database')).toBe('unknown');
  expect(host.killTest).toBeNull();

  const again = await runWorker(['prepare'], env);
  expect(again.exitCode, again.lines.join('\n')).toBe(0);
  expect(again.lines).toContainEqual(
    expect.stringMatching(/^not known render: A worker runs here. .*ctl hosts check new$/),
  );
  expect(again.lines).toContain('The host page of new shows this result.');
  expect(stateOf(await hostOf('new'), 'startup script'), 'beside the worker').toBe('ok');
});

test('a dry run changes nothing and says what it would do', async () => {
  const { env, readScript } = await aNewHost('dry');
  const before = await readScript();
  const { exitCode, lines, stderr } = await runWorker(['prepare', '--dry-run'], env);
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/^renderdeck worker: to do: startup script, scratch root; not known: /);
  expect(lines).toContainEqual(
    expect.stringMatching(/^ {2}1[.] startup script: .* Run "worker prepare" as an administrator/),
  );
  expect(await readScript()).toBe(before);
  expect(await readdir(dirname(farm.scratchOf('dry')))).not.toContain('s-dry');
});

test('steps left for a person give exit code 1 and a list, and are stored', async () => {
  const env = { ...farm.settingsOf('poor'), RENDERDECK_AERENDER: '/nowhere/aerender' };
  const gone = join(farm.folders.output, 'gone');
  const { exitCode, lines, stderr } = await runWorker(['prepare'], {
    ...env,
    RENDERDECK_OUTPUT_ROOTS: gone,
  });
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/^renderdeck worker: to do: After Effects, output roots/);
  expect(lines).toContainEqual(
    expect.stringMatching(/^ {2}1[.] After Effects: There is no aerender at \/nowhere\/aerender/),
  );
  expect(lines).toContainEqual(expect.stringMatching(/may not write into .*gone [(]ENOENT[)][.]$/));
  await farm.startWorker('poor', env);
  expect(stateOf(await hostOf('poor'), 'output roots')).toBe('todo');
});

test('the file of a render node is written once, when a person asks for it', async () => {
  const { env } = await aNewHost('render-only');
  const home = join(farm.folders.assets, 'home');
  const run = (...options: readonly string[]) =>
    runWorker(['prepare', ...options], { ...env, DATABASE_URL: NOBODY, HOME: home });
  const file = join(home, 'Documents', 'ae_render_only_node.txt');
  await run();
  await expect(readFile(file, 'utf8')).rejects.toThrow('ENOENT');
  const { exitCode, lines } = await run('--render-only');
  expect(exitCode, lines.join('\n')).toBe(0);
  expect(lines).toContainEqual(
    expect.stringMatching(/^done {6}licence: Wrote ae_render_only_node/),
  );
  expect(await readFile(file, 'utf8')).toBe('');
});

test('two preparations at the same time prepare the host once', async () => {
  const { env, readScript } = await aNewHost('twice');
  const runs = await Promise.all([runWorker(['prepare'], env), runWorker(['prepare'], env)]);
  expect(await readScript()).toContain('nexrender-patch');
  for (const { lines } of runs)
    expect(lines).toContainEqual(
      expect.stringMatching(/^(done|ok|TO DO) +startup script: .*(written|folder|Wait until)/),
    );
});

test('the result of the self-test is stored for the host, for each program', async () => {
  const env = farm.settingsOf('killer');
  const { exitCode, lines } = await runWorker(['selftest-kill'], env);
  expect(exitCode).toBe(0);
  expect(lines[0]).toMatch(/^Container: (cgroup|subreaper|none) — ./);
  expect(lines.at(-1)).toBe('Every program was ended, with proof.');
  const cases = lines.slice(1, -2);
  expect(cases.length).toBeGreaterThanOrEqual(9);
  for (const line of cases)
    expect(line).toMatch(/^✓ .+: ended, proof (kernel|forkFree|repeated), \d+ ms$/);
  await farm.startWorker('killer', env);
  const { findings = [] } = (await hostOf('killer')).killTest ?? {};
  expect(findings[0]).toMatchObject({ name: 'container', state: 'ok' });
  expect(findings.slice(1).map(({ name, sentence }) => `✓ ${name}: ${sentence}`)).toEqual(cases);
});

type Report = {
  readonly host: { readonly system: string; readonly isStandIn: boolean };
  readonly results: readonly Readonly<Record<'name' | 'verdict' | 'seen', string>>[];
};

test('the acceptance runs without a worker and reports what does not apply here', async () => {
  const into = join(farm.folders.output, 'report');
  await mkdir(into);
  const env = farm.settingsOf('asked');
  const { exitCode, lines } = await runWorker(['acceptance', '--into', into], env);
  expect(exitCode, lines.join('\n')).toBe(0);
  const [json = '', text = ''] = (await readdir(into)).sort();
  const report: Report = JSON.parse(await readFile(join(into, json), 'utf8'));
  const { host, results } = report;
  expect(host).toMatchObject({ system: expect.stringContaining('linux'), isStandIn: true });
  const here = results.filter(({ verdict }) => verdict !== 'notHere');
  expect(here.map(({ name, verdict }) => [name, verdict])).toEqual([
    ['delete what was just written', 'asExpected'],
    ['programs of a render', 'asExpected'],
    ['cancel of a render', 'asExpected'],
  ]);
  expect(here[1]?.seen).toMatch(/^completed[.] Seen: .*aerender \d+×.*AfterFX \d+×/);
  expect(here[2]?.seen).toMatch(/dead after [\d.]+ ms, proof (kernel|forkFree|repeated)/);
  expect(results.length).toBeGreaterThan(20);
  expect(await readFile(join(into, text), 'utf8')).toContain('as expected cancel of a render');
  expect(await readdir(join(farm.scratchOf('asked'), '.host'))).not.toContainEqual(
    expect.stringContaining('acceptance'),
  );
});

test('the acceptance probes nothing while a worker runs', async () => {
  await farm.startWorker('busy');
  const { exitCode, stderr } = await runWorker(['acceptance'], farm.settingsOf('busy'));
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/A worker runs here [(]process \d+[)][.] Stop it first[.]$/);
});
