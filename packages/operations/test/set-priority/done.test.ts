import { expect, it } from 'vitest';
import { setPriority } from '../../src/index.ts';
import {
  aFarm,
  aQueuedJob,
  aRequestContext,
  aRunningJob,
  expectAudit,
  NO_TRACE,
  release,
} from '../../testing/index.ts';

const farm = aFarm();
const set = (id: string, priority: number, expectedVersion: number, by = farm.admin) =>
  setPriority(by, { id, priority, expectedVersion });

it('a job moves to its new place, and the receipt has both positions', async () => {
  await aQueuedJob(farm);
  await aQueuedJob(farm);
  const { job } = await aQueuedJob(farm);
  await farm.worker('idle-01');
  const seen = await farm.trace(() => set(job.id, 80, 1));
  expect(seen.result).toMatchObject({
    ok: true,
    view: { job: { priority: 80, status: 'QUEUED', version: 2 }, position: 1 },
    receipt: {
      priority: { before: 50, after: 80 },
      position: { before: 3, after: 1 },
      changedBy: 'ada',
      version: 2,
      noop: false,
    },
  });
  expectAudit(seen, {
    action: 'setPriority',
    outcome: 'done',
    jobId: job.id,
    before: { priority: 50, position: 3 },
    after: { priority: 80, position: 1 },
  });
  expect(seen.changes).toEqual([
    {
      jobId: job.id,
      version: 2,
      event: 'setPriority',
      from: 'QUEUED',
      to: 'QUEUED',
      actor: 'ada',
      facts: { before: 50, after: 80 },
      left: true,
      entered: true,
    },
  ]);
  expect(seen.notifications).toEqual([`queue waits ${job.queueSeq}.2`]);
});

it('a stale version is rejected with who changed the priority, when and how', async () => {
  const { job } = await aQueuedJob(farm);
  await set(job.id, 70, 1, aRequestContext(farm.db, 'eve'));
  const seen = await farm.trace(() => set(job.id, 10, 1));
  const [row] = await farm.sql`select at from job_changes where job_id = ${job.id} and version = 2`;
  const change = { by: 'eve', what: 'priority 50 → 70', at: row?.at };
  expect(seen).toMatchObject({
    result: {
      ok: false,
      rejection: { code: 'staleVersion', expected: 1, actual: 2, priority: 70, change },
    },
    ...NO_TRACE,
  });
});

it('a stale version is rejected after a change of status, too', async () => {
  const running = await aRunningJob(farm);
  await release(running);
  expect(await set(running.id, 10, 1)).toMatchObject({
    rejection: {
      code: 'staleVersion',
      actual: 3,
      change: { by: 'render-01', what: 'RENDERING → QUEUED' },
    },
  });
});

it('a version that never existed is rejected without a change', async () => {
  const { job } = await aQueuedJob(farm);
  expect(await set(job.id, 10, 9)).toMatchObject({
    rejection: { code: 'staleVersion', expected: 9, actual: 1, change: null },
  });
});
