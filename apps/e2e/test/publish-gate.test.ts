/*
 * Rendering can be undone, publishing cannot: between both stands the gate. Held at either side, a job is cancelled or its daemon is killed, and
 * the output folder is looked at. Order is made by the database's own line for the job's row, not by waiting.
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

/** What the gate and a cancel have in common, and a renewal has not. */
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
  // A lease that outlasts the hold: a renewal waits in the same line.
  await startWorker(60_000);
});
afterAll(() => farm.close());

/** A job with these postrender actions; `copy` stands for the one that publishes. */
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

test('a cancel that is one step before the gate wins: nothing is published', async () => {
  const job = await submit('copy');
  await untilRendering(job.id);
  const held = await holdJob(farm.database.url, job.id);
  const cancelled = farm.cancel(job.id, '?waitMs=20000');
  await held.waiting(LOCK_JOB, 1);
  await held.waiting(LOCK_JOB, 2); // the gate stands behind it
  await held.release();
  expect(await cancelled).toMatchObject({ receipt: { outcome: 'cancelled', output: 'none' } });
  expect(existsSync(job.output)).toBe(false);
});

test('a cancel that is one step behind the gate: the receipt does not say that nothing is out', async () => {
  const hold = actions.hold();
  const job = await submit(hold, 'copy');
  await waitFor(hold.isHeld);
  expect(await farm.cancel(job.id, '?waitMs=20000')).toMatchObject({
    receipt: { outcome: 'cancelled', output: 'maybe' },
  });
  expect(await farm.processes()).toEqual([]);
  expect(existsSync(job.output)).toBe(false);
});

test('a cancel when the output is out says maybe, and the output stays', async () => {
  const hold = actions.hold();
  const job = await submit('copy', hold);
  await waitFor(hold.isHeld);
  expect(await farm.cancel(job.id, '?waitMs=20000')).toMatchObject({
    receipt: { outcome: 'cancelled', output: 'maybe' },
  });
  expect(existsSync(job.output)).toBe(true);
});

test('a cancel that comes when the render has ended well, before any signal, finds it finished first', async () => {
  const hold = actions.hold();
  const job = await submit('copy', hold);
  await waitFor(hold.isHeld);
  const held = await holdJob(farm.database.url, job.id);
  const cancelled = farm.cancel(job.id, '?waitMs=20000');
  await held.waiting(LOCK_JOB, 1);
  await hold.release();
  await held.waiting(LOCK_JOB, 2); // the worker's word that it is done stands behind the cancel
  await held.release();
  expect(await cancelled).toMatchObject({
    status: 200,
    receipt: { outcome: 'finishedFirst', output: 'published' },
  });
  expect((await farm.readJob(job.id)).view.job.status).toBe('COMPLETED');
  expect(existsSync(job.output)).toBe(true);
});

test('a daemon that is killed before the gate has published nothing; the job is tried again and published', async () => {
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

test('a daemon that is killed while publishing: the job waits again, says that its output may be out, and is tried again', async () => {
  const hold = actions.hold();
  const job = await submit('copy', hold);
  await waitFor(hold.isHeld);
  await worker.kill();
  await untilNoTree();
  expect(existsSync(job.output)).toBe(true);
  expect((await farm.until(job.id, 'QUEUED', 30_000)).view.job.failure).toBe(
    'Attempt 1 was lost: one was not heard until its lease ran out. It was publishing: its output may already be out.',
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
