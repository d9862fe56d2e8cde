/*
 * A large output is published completely or not at all, whatever ends its copy. The test writes the
 * bytes of each copy through a pipe, and reads the output folder without Renderdeck's code.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Submitted, WorkerUnderTest } from '@renderdeck/standalone/testing';
import { beforeAll, expect, test } from 'vitest';
import { farmOfFile } from './farm/farm-of-file.ts';
import { holdWrite } from './hold-write.ts';
import { namesOf, submitPiped, writePipeAction } from './pipe-action.ts';

const HALF = Buffer.alloc(16_000_000, 'half ');
const WHOLE = createHash('sha256').update(HALF).update(HALF).digest('hex');

const farm = farmOfFile();
let actions: Awaited<ReturnType<typeof writePipeAction>>;
beforeAll(async () => {
  actions = await writePipeAction(farm.folders.assets);
});

const startWorker = (env: Readonly<Record<string, string>> = {}): Promise<WorkerUnderTest> =>
  farm.startWorker('one', {
    RENDERDECK_ACTIONS: `@nexrender/action-copy,${actions.module}`,
    RENDERDECK_LOCAL_ACTIONS: actions.module,
    ...env,
  });
const checksum = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');
const partsOnRecord = async (job: Submitted) =>
  (await farm.readJob(job.id)).attempts.flatMap(({ parts }) => parts);

/** Submits a job whose copy has got half of its bytes. */
async function aHalfCopiedJob() {
  const pipes = actions.pipes();
  const job = await submitPiped(farm, pipes);
  const source = await pipes.open(1);
  await source.write(HALF);
  return { job, pipes, source };
}

test('after SIGTERM during a copy the output is complete, the job COMPLETED', async () => {
  const worker = await startWorker();
  const { job, source } = await aHalfCopiedJob();
  expect(existsSync(job.output)).toBe(false);
  expect((await farm.readJob(job.id)).view.job).toMatchObject({
    status: 'RENDERING',
    output: 'none',
  });
  worker.signal('SIGTERM');
  await farm.untilHost('one', 'ending', ({ state }) => state === 'ending');
  await source.write(HALF);
  await source.close();
  expect(await worker.exited).toEqual({ code: 0, signal: null });
  expect((await farm.readJob(job.id)).view.job).toMatchObject({
    status: 'COMPLETED',
    output: 'published',
    attempts: 1,
  });
  expect(checksum(job.output)).toBe(WHOLE);
  expect([namesOf(job), await partsOnRecord(job)]).toEqual([[basename(job.output)], []]);
});

test('a copy that outlasts the drain limit leaves nothing, and its job is queued', async () => {
  const worker = await startWorker({ RENDERDECK_DRAIN_LIMIT_MS: '500' });
  const { job, source } = await aHalfCopiedJob();
  worker.signal('SIGTERM');
  expect(await worker.exited).toEqual({ code: 0, signal: null });
  await source.close();
  const { view, attempts } = await farm.readJob(job.id);
  expect(view.job).toMatchObject({
    status: 'QUEUED',
    output: 'none',
    failure: 'Attempt 1 was given back: the worker on one shut down.',
  });
  expect(attempts).toMatchObject([
    { outcome: 'released', output: 'none', parts: [], removalReport: { leftovers: [] } },
  ]);
  expect(namesOf(job)).toEqual([]);
  await farm.cancel(job.id);
});

test('a cancel during the drain still ends a copy, and no part of it is left', async () => {
  const worker = await startWorker();
  const { job, source } = await aHalfCopiedJob();
  worker.signal('SIGTERM');
  await farm.untilHost('one', 'ending', ({ state }) => state === 'ending');
  expect(await farm.cancel(job.id, '?waitMs=20000')).toMatchObject({
    status: 200,
    receipt: { outcome: 'cancelled', output: 'none', survivors: [], files: { leftovers: [] } },
  });
  await source.close();
  expect(await worker.exited).toEqual({ code: 0, signal: null });
  expect(namesOf(job)).toEqual([]);
});

test('a daemon killed while it records a part has not written the part yet', async () => {
  const held = await holdWrite(farm.database.url, 'parts');
  const worker = await startWorker();
  const job = await farm.submit();
  await held.untilHeld();
  expect(namesOf(job)).toEqual([]);
  await worker.kill();
  await held.lose();
  expect(await partsOnRecord(job)).toEqual([]);

  await startWorker();
  await farm.until(job.id, 'COMPLETED');
  expect(namesOf(job)).toEqual([basename(job.output)]);
});

test.each([
  { record: 'on record', lose: async () => {} },
  {
    record: 'that a failover took off record',
    async lose() {
      await farm.sql`update attempts set parts = '[]'`;
    },
  },
])(
  'after a daemon was killed during a copy, the next one removes the part $record',
  async ({ lose }) => {
    const worker = await startWorker();
    const { job, pipes, source } = await aHalfCopiedJob();
    await worker.kill();
    await source.close();
    await farm.untilNoProcess();
    const [part = ''] = await partsOnRecord(job);
    expect(namesOf(job)).toEqual([basename(part)]);
    expect(basename(part)).toMatch(/^\.job-\d+-\d+\.avi\.[0-9a-f-]{36}\.part$/);
    await lose();

    await startWorker();
    const second = await pipes.open(2);
    // The part of the first attempt was removed before the second attempt began.
    const [own = ''] = await partsOnRecord(job);
    expect(namesOf(job)).toEqual([basename(own)]);
    expect(own).not.toBe(part);
    await second.write(HALF);
    await second.write(HALF);
    await second.close();
    const { view, attempts } = await farm.until(job.id, 'COMPLETED');
    expect(view.job).toMatchObject({ attempts: 2, output: 'published' });
    expect(attempts).toMatchObject([
      { number: 2, output: 'published', parts: [] },
      { number: 1, output: 'none', parts: [], removalReport: { leftovers: [] } },
    ]);
    expect(checksum(job.output)).toBe(WHOLE);
    expect(namesOf(job)).toEqual([basename(job.output)]);
  },
);
