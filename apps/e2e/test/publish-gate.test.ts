/*
 * A render can be undone, but a published output cannot. The two publish gates stand between them.
 * A test holds a job before or after a gate, cancels it or kills its daemon, and then checks the
 * output folder. Locks on the job's row set the order of events; the tests use no pauses.
 */
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { copyTo, type WorkerUnderTest } from '@renderdeck/standalone/testing';
import { type Hold, writeHoldAction } from '@renderdeck/testing/hold-action';
import { waitFor } from '@renderdeck/testing/wait-for';
import { beforeAll, expect, test } from 'vitest';
import { farmOfFile } from './farm/farm-of-file.ts';
import { holdJob } from './hold-job.ts';

/**
 * Text that occurs in the SQL of a cancel. WORKER_WRITE occurs in that of a gate and of a report.
 */
const CANCEL = 'for update';
const WORKER_WRITE = 'update jobs set';

// The lease must last longer than the test holds the row, because a renewal leaves that row out.
const farm = farmOfFile({ RENDERDECK_LEASE_MS: '300000' }, { stays: 'workers' });
let worker: WorkerUnderTest;
let actions: Awaited<ReturnType<typeof writeHoldAction>>;
const startWorker = async () => {
  const env = { RENDERDECK_ACTIONS: `@nexrender/action-copy,${actions.module}` };
  worker = await farm.startWorker('one', env);
};

beforeAll(async () => {
  actions = await writeHoldAction(farm.folders.assets);
  await startWorker();
});

/** Submits a job with these postrender actions. The action `copy` publishes the output. */
const submit = (...list: readonly ('copy' | Hold)[]) =>
  farm.submit({
    actions: (output) => ({
      postrender: list.map((one) => (one === 'copy' ? copyTo(output) : one.action)),
    }),
  });
const untilRendering = (id: string) =>
  farm.untilJob(id, 'rendering', ({ view }) => view.job.status === 'RENDERING');
const untilPublished = (id: string) =>
  farm.untilJob(id, 'published', ({ view }) => view.job.output === 'published');

test('a cancel just before the gate wins: nothing is published', async () => {
  const job = await farm.submit({ held: true });
  await farm.untilPhase(job.id, 'rendering');
  const held = await holdJob(farm.database.url, job.id);
  const cancelled = farm.cancel(job.id, '?waitMs=20000');
  await held.waiting(CANCEL);
  await job.release(); // only now: a cancel does not wait long for the row
  await held.waiting(WORKER_WRITE); // the gate waits behind the cancel
  await held.release();
  expect(await cancelled).toMatchObject({ receipt: { outcome: 'cancelled', output: 'none' } });
  expect(existsSync(job.output)).toBe(false);
});

test('a cancel while a module may publish something has the output `maybe`', async () => {
  const hold = actions.hold();
  const job = await submit(hold, 'copy');
  await waitFor(hold.isHeld);
  expect(await farm.cancel(job.id, '?waitMs=20000')).toMatchObject({
    receipt: { outcome: 'cancelled', output: 'maybe' },
  });
  expect(await farm.processes()).toEqual([]);
  expect(existsSync(job.output)).toBe(false);
});

test('a cancel after publishing has the output `published`, and the file stays', async () => {
  const hold = actions.hold();
  const job = await submit('copy', hold);
  await waitFor(hold.isHeld);
  await untilPublished(job.id);
  expect(await farm.cancel(job.id, '?waitMs=20000')).toMatchObject({
    receipt: { outcome: 'cancelled', output: 'published' },
  });
  expect(existsSync(job.output)).toBe(true);
});

test('a cancel after the end of a render has the outcome `finishedFirst`', async () => {
  const hold = actions.hold();
  const job = await submit('copy', hold);
  await waitFor(hold.isHeld);
  await untilPublished(job.id);
  const held = await holdJob(farm.database.url, job.id);
  const cancelled = farm.cancel(job.id, '?waitMs=20000');
  await held.waiting(CANCEL);
  await hold.release();
  await held.waiting(WORKER_WRITE); // the worker's report waits behind the cancel
  await held.release();
  expect(await cancelled).toMatchObject({
    status: 200,
    receipt: { outcome: 'finishedFirst', output: 'published' },
  });
  expect((await farm.readJob(job.id)).view.job.status).toBe('COMPLETED');
  expect(existsSync(job.output)).toBe(true);
});

test('a daemon killed before the gate publishes nothing; the next attempt publishes', async () => {
  const job = await submit('copy');
  await untilRendering(job.id);
  const held = await holdJob(farm.database.url, job.id);
  await held.waiting(WORKER_WRITE);
  await worker.kill();
  await farm.untilNoProcess();
  await held.release();
  expect(existsSync(job.output)).toBe(false);

  await startWorker();
  expect((await farm.until(job.id, 'COMPLETED')).view.job.attempts).toBe(2);
  expect(existsSync(job.output)).toBe(true);
});

test('a job whose daemon is killed while publishing reports it and is tried again', async () => {
  const hold = actions.hold();
  const job = await submit('copy', hold);
  await waitFor(hold.isHeld);
  await untilPublished(job.id);
  await worker.kill();
  await farm.untilNoProcess();
  const inode = (await stat(job.output)).ino;
  await farm.endLease('one');
  expect((await farm.until(job.id, 'QUEUED')).view.job.failure).toBe(
    'Attempt 1 was lost: one was not heard until its lease ran out. ' +
      'The output of the job is out.',
  );

  await hold.release();
  await startWorker();
  const { view, attempts } = await farm.until(job.id, 'COMPLETED');
  expect(view.job).toMatchObject({
    attempts: 2,
    warnings: [
      'Attempt 1 on one ended before it was complete: an output of it is out.',
      expect.stringMatching(
        /hold\.cjs may have been published twice: by attempt 1 on one and by attempt 2 on one\.$/,
      ),
    ],
  });
  expect(attempts).toMatchObject([
    { number: 2, output: 'published', outcome: 'completed' },
    { number: 1, output: 'published', outcome: 'lost' },
  ]);
  // The second attempt runs the module again, but leaves the output of the first one as it is.
  expect((await stat(job.output)).ino).toBe(inode);
});
