/*
 * The ways in which an attempt ends without a cancel: it completes, it fails, a rule of the host
 * refuses the job, or a limit ends it. Also: the limit on the output of aerender.
 */
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { LIMIT_BOUNDS } from '@renderdeck/domain';
import { getAttemptLog, submitJob } from '@renderdeck/operations';
import { aSystemContext, expectDone } from '@renderdeck/operations/testing';
import { copyTo, type WorkerUnderTest } from '@renderdeck/standalone/testing';
import { beforeAll, expect, test } from 'vitest';
import { farmOfFile } from './farm/farm-of-file.ts';

const farm = farmOfFile({
  RENDERDECK_RENDER_LIMITS: 'launch=3s,render=2s',
});
let worker: WorkerUnderTest;

beforeAll(async () => {
  worker = await farm.startWorker();
});

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
    actions: (output) => ({ postrender: [copyTo(pathToFileURL(output).href)] }),
    change: (sample) => ({
      ...sample,
      template: { ...Object(sample.template), src: pathOf(sample.template) },
    }),
  });
  const { view } = await farm.until(job.id, 'COMPLETED');
  expect(view.job).toMatchObject({ output: 'published', warnings: [] });
  expect((await stat(job.output)).size).toBeGreaterThan(0);
});
const pathOf = (template: unknown) => fileURLToPath(String(Object(template).src));

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

const sample = { template: { src: 'file:///nowhere/a.aep', composition: 'main' }, assets: [] };

test.each(
  Object.entries(LIMIT_BOUNDS).flatMap(([name, { min, max }]) => [
    [name, min - 1, min, max] as const,
    [name, max + 1, min, max] as const,
    [name, min + 0.5, min, max] as const,
    [name, '60000', min, max] as const,
  ]),
)('limits.%s of %s is refused with 400 and its bounds', async (name, value, min, max) => {
  const answer = await farm.send('POST', '/jobs', { job: sample, limits: { [name]: value } });
  expect(answer.status).toBe(400);
  expect(answer.body).toMatchObject({
    code: 'invalid_input',
    fields: [
      {
        field: `limits.${name}`,
        message: `${name} is a whole number of milliseconds from ${min} to ${max}.`,
      },
    ],
  });
});

test('an unknown limit is refused with 400 and the names of the limits', async () => {
  const answer = await farm.send('POST', '/jobs', { job: sample, limits: { frameMs: 20_000 } });
  expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_input' } });
  expect(JSON.stringify(answer.body)).toContain(
    'limits has launchMs, stallMs and totalMs, all of them optional.',
  );
});

test('limits at their bounds are saved unchanged', async () => {
  for (const end of ['min', 'max'] as const) {
    const limits = Object.fromEntries(
      Object.entries(LIMIT_BOUNDS).map(([name, bounds]) => [name, bounds[end]]),
    );
    const job = await farm.submit({ limits });
    expect(
      await farm.sql`SELECT limits FROM job_definitions WHERE job_id = ${job.id}`,
    ).toMatchObject([{ limits }]);
    await farm.until(job.id, 'COMPLETED');
  }
});

/** Submits a job with limits that are shorter than a client may set. */
async function submitWith(
  limits: { launchMs?: number; totalMs?: number },
  project: object,
): Promise<string> {
  const long = await farm.submit({
    project: { launchMs: 1, ...project },
    priority: 0,
    change: (job) => job,
  });
  const detail = await farm.readJob(long.id);
  await farm.cancel(long.id);
  const context = aSystemContext(farm.db);
  const submission = { name: 'short', priority: 50, nexrenderJob: detail.nexrenderJob, limits };
  return expectDone(await submitJob(context, submission)).view.job.id;
}

test("the launch limit of a job replaces the host's", async () => {
  const id = await submitWith({ launchMs: 1500 }, { misbehave: 'hangs-before-start' });
  expect((await farm.until(id, 'FAILED')).view.job.failure).toBe(
    'After Effects did not start the composition within 1.5 s (launch limit).',
  );
});

test('the total limit of a job ends a long render before it publishes', async () => {
  const id = await submitWith({ totalMs: 3000 }, { frames: 2000, frameMs: 20 });
  const { view, attempts } = await farm.until(id, 'FAILED');
  expect(view.job).toMatchObject({
    failure: 'The render took longer than 3 s in all (total limit).',
    output: 'none',
  });
  expect(attempts[0]?.stopReport).toMatchObject({ survivors: [], proof: expect.any(String) });
});
