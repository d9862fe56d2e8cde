/* Tests `worker acceptance` on this system: what it reports, and that it leaves nothing behind. */
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type FarmUnderTest, startFarmUnderTest } from '@renderdeck/standalone/testing';
import { runWorker } from '@renderdeck/worker/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

type Report = {
  readonly host: { readonly system: string; readonly isStandIn: boolean };
  readonly results: readonly Readonly<Record<'name' | 'verdict' | 'seen', string>>[];
};
let farm: FarmUnderTest;
beforeAll(async () => {
  farm = await startFarmUnderTest();
});
afterAll(() => farm.close());

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
  const worker = await farm.startWorker('busy');
  const { exitCode, stderr } = await runWorker(['acceptance'], farm.settingsOf('busy'));
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/A worker runs here [(]process \d+[)][.] Stop it first[.]$/);
  expect(await worker.end()).toEqual({ code: 0, signal: null });
});
