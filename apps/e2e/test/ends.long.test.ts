/*
 * The ways in which an attempt ends without a cancel: it completes, it fails, a rule of the host
 * refuses the job, or a limit ends it. Also: the limit on the output of aerender.
 */
import { existsSync } from 'node:fs';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { statusText, wireJob } from '@renderdeck/contract';
import { getAttemptLog } from '@renderdeck/operations';
import {
  type FarmUnderTest,
  startFarmUnderTest,
  type WorkerUnderTest,
} from '@renderdeck/standalone/testing';
import { temporaryFolder } from '@renderdeck/testing';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

let farm: FarmUnderTest;
let worker: WorkerUnderTest;

beforeAll(async () => {
  farm = await startFarmUnderTest({
    RENDERDECK_RENDER_LIMITS: 'launch=3s,render=2s',
  });
  worker = await farm.startWorker();
});
afterEach(async () => {
  expect(await farm.processes()).toEqual([]);
  expect(await farm.files()).toEqual([]);
});
afterAll(() => farm.close());

async function linesOf(id: string): Promise<string[]> {
  const read = await getAttemptLog(farm, { id, attempt: null, after: null, limit: 500 });
  return read.ok
    ? read.chunks.flatMap(({ stream, lines }) => lines.map((line) => `${stream}: ${line}`))
    : [];
}

test('a COMPLETED job has its output, progress 100 and its last lines', async () => {
  const job = await farm.submit({ project: { frames: 12, frameMs: 5 } });
  const { view, attempts } = await farm.until(job.id, 'COMPLETED');
  expect((await stat(job.output)).size).toBeGreaterThan(100_000);
  expect(view).toMatchObject({
    progress: 100,
    host: 'one',
    receipt: null,
    job: { output: 'published', failure: null, attempts: 1 },
  });
  expect(attempts).toMatchObject([
    { outcome: 'completed', phase: 'publishing', output: 'published', frame: 12, totalFrames: 12 },
  ]);
  const lines = await linesOf(job.id);
  expect(lines).toContainEqual(expect.stringMatching(/^aerender: PROGRESS: {2}Start: 0:00:00:00/));
  expect(lines).toContainEqual(expect.stringMatching(/^aerender: PROGRESS: {2}Total Time Elapsed/));
  expect(lines.some((line) => line.startsWith('nexrender: '))).toBe(true);
});

test('a path in place of an address, and an address in place of a path, are read', async () => {
  const job = await farm.submit({
    name: 'Größe 50%41',
    change: (sample, output) => ({
      ...sample,
      template: { ...Object(sample.template), src: pathOf(sample.template) },
      actions: {
        postrender: [{ module: '@nexrender/action-copy', output: pathToFileURL(output).href }],
      },
    }),
  });
  const { view } = await farm.until(job.id, 'COMPLETED');
  expect(view.job).toMatchObject({ output: 'published', warnings: [] });
  expect((await stat(job.output)).size).toBeGreaterThan(0);
});
const pathOf = (template: unknown) => fileURLToPath(String(Object(template).src));

test('a job without an action after the render publishes nothing, and says so', async () => {
  const job = await farm.submit({ change: ({ actions: _, ...sample }) => sample });
  const { view } = await farm.until(job.id, 'COMPLETED');
  expect(view.job.output).toBe('none');
  expect(existsSync(job.output)).toBe(false);
  expect(statusText(wireJob(view), false, Date.now())).toBe('Finished, nothing published');
});

test('the progress of a render can be read while it runs', async () => {
  const job = await farm.submit({ held: true });
  const { view } = await farm.untilProgress(job.id, 20);
  expect(view.progress).toBeLessThan(100);
  expect(view.job.status).toBe('RENDERING');
  await job.release();
  await farm.until(job.id, 'COMPLETED');
});

test("a failed render has aerender's message, one attempt and no output", async () => {
  const job = await farm.submit({ project: { frames: 6, misbehave: 'fails' } });
  const { view } = await farm.until(job.id, 'FAILED');
  expect(view.job.failure).toMatch(/After Effects error: the stand-in was asked to fail/);
  expect(view.job.attempts).toBe(1);
  expect(existsSync(job.output)).toBe(false);
});

test('a composition that is not in the project fails with its name', async () => {
  const job = await farm.submit({ project: { compositions: ['other'] } });
  expect((await farm.until(job.id, 'FAILED')).view.job.failure).toMatch(
    /No comp was found with the given name: main/,
  );
});

/** Waits until the only host gave a job back, and cancels it. Returns why, and the attempts. */
async function whyGivenBack(id: string) {
  const given = await farm.untilJob(id, 'given back', ({ view }) => view.keptOff.length > 0);
  await farm.cancel(id);
  return { why: given.view.keptOff[0]?.why, attempts: given.attempts };
}

test('an asset outside RENDERDECK_ASSET_ROOTS is given back before anything starts', async () => {
  const elsewhere = await temporaryFolder('elsewhere');
  const src = pathToFileURL(join(elsewhere.path, 'secret.png')).href;
  await writeFile(join(elsewhere.path, 'secret.png'), 'secret');
  const job = await farm.submit({
    change: (sample) => ({ ...sample, assets: [{ type: 'image', layerName: 'logo', src }] }),
  });
  const { why, attempts } = await whyGivenBack(job.id);
  expect(why).toMatch(/: assets\[0\]\.src leads to .*RENDERDECK_ASSET_ROOTS/);
  expect(attempts).toMatchObject([{ tree: null, scratchPath: null }]);
  await elsewhere.remove();
});

test('an output outside RENDERDECK_OUTPUT_ROOTS is given back and not written', async () => {
  const output = join(farm.folders.assets, 'out.avi');
  const job = await farm.submit({
    change: (sample) => ({
      ...sample,
      actions: { postrender: [{ module: '@nexrender/action-copy', output }] },
    }),
  });
  expect((await whyGivenBack(job.id)).why).toMatch(/RENDERDECK_OUTPUT_ROOTS/);
  expect(existsSync(output)).toBe(false);
});

test('an action outside RENDERDECK_ACTIONS is given back and never runs', async () => {
  const module = join(farm.folders.assets, 'evil.cjs');
  await writeFile(
    module,
    `require('node:fs').writeFileSync(${JSON.stringify(join(farm.folders.output, 'evil'))}, '')`,
  );
  const job = await farm.submit({
    change: (sample) => ({ ...sample, actions: { prerender: [{ module }] } }),
  });
  expect((await whyGivenBack(job.id)).why).toMatch(/RENDERDECK_ACTIONS/);
  expect(await readdir(farm.folders.output)).not.toContain('evil');
});

test('a composition that does not start within the launch limit fails the job', async () => {
  const job = await farm.submit({ project: { misbehave: 'hangs-before-start' } });
  const { view, attempts } = await farm.until(job.id, 'FAILED');
  expect(view.job.failure).toBe(
    'After Effects did not start the composition within 3 s (launch limit).',
  );
  expect(attempts[0]?.stopReport).toMatchObject({ survivors: [], proof: expect.any(String) });
});

test('a render without a frame within the stall limit fails the job', async () => {
  const job = await farm.submit({ project: { frames: 8, misbehave: 'stalls' } });
  const last = String.raw`(frame \d+|[\d.]+ [kM]B of result[.]avi)`;
  expect((await farm.until(job.id, 'FAILED')).view.job.failure).toMatch(
    new RegExp(`^Rendering stopped moving: ${last}, nothing more for 2 s \\(stall limit\\)[.]$`),
  );
});

test('a helper that a render leaves running is ended before the job is COMPLETED', async () => {
  const job = await farm.submit({ project: { misbehave: ['leaves-helper', 'escapes'] } });
  await farm.until(job.id, 'COMPLETED');
  expect(existsSync(job.output)).toBe(true);
});

test('too much output of aerender is cut and marked, and takes little memory', async () => {
  const job = await farm.submit({ project: { frames: 40, frameMs: 1, misbehave: 'floods' } });
  await farm.until(job.id, 'COMPLETED', 60_000);
  const lines = await linesOf(job.id);
  expect(Buffer.byteLength(lines.join('\n'))).toBeLessThan(5.5 * 1024 * 1024);
  expect(lines).toContainEqual(expect.stringMatching(/left out: more output than|lines were cut/));
  const [, peakKb] =
    /VmHWM:\s+(\d+)/.exec(await readFile(`/proc/${worker.pid}/status`, 'utf8')) ?? [];
  expect(Number(peakKb) / 1024).toBeLessThan(300);
});
