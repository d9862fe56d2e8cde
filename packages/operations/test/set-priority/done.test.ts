import { expect, it } from 'vitest';
import { claimJob, findJobView, setPriority } from '../../src/index.ts';
import { aFarm, aQueuedJob, aRunningJob, expectAudit } from '../../testing/index.ts';

const farm = aFarm();
const set = (id: string, priority: number) =>
  setPriority(farm.admin, { id, priority, expectedVersion: null });

it('a job moves to its new place, and the receipt has both positions', async () => {
  await aQueuedJob(farm);
  await aQueuedJob(farm);
  const { job } = await aQueuedJob(farm);
  await farm.worker('idle-01');
  const seen = await farm.trace(() =>
    setPriority(farm.admin, { id: job.id, priority: 80, expectedVersion: 1 }),
  );
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

it('the next claim follows the new priority', async () => {
  const { job } = await aQueuedJob(farm, { priority: 1 });
  await set(job.id, 100);
  expect(await claimJob(await farm.worker(), { leaseMs: 30_000 })).toMatchObject({
    job: { jobId: job.id },
  });
});

it('a lowered job goes behind the older jobs of its new priority', async () => {
  const { job } = await aQueuedJob(farm, { priority: 70 });
  const older = await aQueuedJob(farm, { priority: 20 });
  const outcome = await set(job.id, 20);
  const first = await findJobView(farm.db, older.job.id);
  expect(outcome).toMatchObject({ view: { position: (first?.position ?? 0) - 1 } });
  expect(outcome.ok && outcome.receipt.position.after).toBe((first?.position ?? 0) - 1);
});

it('the range includes both ends, and running jobs have no position', async () => {
  await aRunningJob(farm, { priority: 100 });
  const { job } = await aQueuedJob(farm);
  expect(await set(job.id, 100)).toMatchObject({ receipt: { position: { after: 1 } } });
  const [{ queued } = { queued: 0 }] = await farm.sql<
    { queued: number }[]
  >`select count(*)::int as queued from jobs where queue_key is not null`;
  expect(await set(job.id, 0)).toMatchObject({
    receipt: { position: { before: 1, after: queued } },
  });
});
