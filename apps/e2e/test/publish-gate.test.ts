/*
 * A render can be undone, a published output cannot. The publish gate is between the two. A test
 * holds a job before or after the gate, cancels it or kills its daemon, and checks the output
 * folder. Locks on the job's row give the order, not pauses.
 */
import { existsSync } from 'node:fs';
import { waitFor } from '@renderdeck/testing/wait-for';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type FarmUnderTest,
  type Submitted,
  startFarmUnderTest,
  type WorkerUnderTest,
} from './farm/start-farm.ts';
import { type Hold, writeHoldAction } from './hold-action.ts';
import { holdJob } from './hold-job.ts';

/** Text in the statements of the gate and of a cancel, but not in that of a renewal. */
const LOCK_JOB = 'for update';

let farm: FarmUnderTest;
let worker: WorkerUnderTest;
let actions: Awaited<ReturnType<typeof writeHoldAction>>;
const startWorker = async (leaseMs: number) => {
  const env = {
    RENDERDECK_ACTIONS: `@nexrender/action-copy,${actions.module}`,
    RENDERDECK_LEASE_MS: String(leaseMs),
  };
  worker = await farm.startWorker('one', env);
};

beforeAll(async () => {
  farm = await startFarmUnderTest();
  actions = await writeHoldAction(farm.folders.assets);
  // The lease must be longer than the hold, because a renewal waits for the same lock.
  await startWorker(60_000);
});
afterAll(() => farm.close());

/** Submits a job with these postrender actions. `copy` is the one that publishes. */
function submit(...list: readonly ('copy' | Hold)[]): Promise<Submitted> {
  return farm.submit({
    change: (job, output) => {
      const copy = { module: '@nexrender/action-copy', output };
      return {
        ...job,
        actions: { postrender: list.map((one) => (one === 'copy' ? copy : one.action)) },
      };
    },
  });
}
const untilRendering = (id: string) =>
  farm.untilJob(id, 'rendering', ({ view }) => view.job.status === 'RENDERING');
const untilNoTree = () =>
  waitFor(async () => (await farm.processes()).length === 0, {
    what: 'the tree to end without its daemon',
  });

test('a cancel just before the gate wins: nothing is published', async () => {
  const job = await submit('copy');
  await untilRendering(job.id);
  const held = await holdJob(farm.database.url, job.id);
  const cancelled = farm.cancel(job.id, '?waitMs=20000');
  await held.waiting(LOCK_JOB, 1);
  await held.waiting(LOCK_JOB, 2); // the gate waits behind the cancel
  await held.release();
  expect(await cancelled).toMatchObject({ receipt: { outcome: 'cancelled', output: 'none' } });
  expect(existsSync(job.output)).toBe(false);
});

test('a cancel just after the gate has a receipt with the output maybe', async () => {
  const hold = actions.hold();
  const job = await submit(hold, 'copy');
  await waitFor(hold.isHeld);
  expect(await farm.cancel(job.id, '?waitMs=20000')).toMatchObject({
    receipt: { outcome: 'cancelled', output: 'maybe' },
  });
  expect(await farm.processes()).toEqual([]);
  expect(existsSync(job.output)).toBe(false);
});

test('a cancel after publishing has the output maybe, and the output stays', async () => {
  const hold = actions.hold();
  const job = await submit('copy', hold);
  await waitFor(hold.isHeld);
  expect(await farm.cancel(job.id, '?waitMs=20000')).toMatchObject({
    receipt: { outcome: 'cancelled', output: 'maybe' },
  });
  expect(existsSync(job.output)).toBe(true);
});

test('a cancel after the end of a render has the outcome finishedFirst', async () => {
  const hold = actions.hold();
  const job = await submit('copy', hold);
  await waitFor(hold.isHeld);
  const held = await holdJob(farm.database.url, job.id);
  const cancelled = farm.cancel(job.id, '?waitMs=20000');
  await held.waiting(LOCK_JOB, 1);
  await hold.release();
  await held.waiting(LOCK_JOB, 2); // the worker's report waits behind the cancel
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
  await held.waiting(LOCK_JOB, 1);
  await worker.kill();
  await untilNoTree();
  await held.release();
  expect(existsSync(job.output)).toBe(false);

  await startWorker(3000);
  expect((await farm.until(job.id, 'COMPLETED', 30_000)).view.job.attempts).toBe(2);
  expect(existsSync(job.output)).toBe(true);
});

test('a job whose daemon is killed while publishing says so and is tried again', async () => {
  const hold = actions.hold();
  const job = await submit('copy', hold);
  await waitFor(hold.isHeld);
  await worker.kill();
  await untilNoTree();
  expect(existsSync(job.output)).toBe(true);
  expect((await farm.until(job.id, 'QUEUED', 30_000)).view.job.failure).toBe(
    'Attempt 1 was lost: one was not heard until its lease ran out. ' +
      'It was publishing: its output may already be out.',
  );

  await hold.release();
  await startWorker(10_000);
  const { view, attempts } = await farm.until(job.id, 'COMPLETED', 30_000);
  expect(view.job.attempts).toBe(2);
  expect(attempts).toMatchObject([
    { number: 2, output: 'published', outcome: 'completed' },
    { number: 1, output: 'maybe', outcome: 'lost' },
  ]);
});
