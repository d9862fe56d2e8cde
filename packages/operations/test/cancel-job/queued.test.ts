import { expect, it } from 'vitest';
import { cancelJob, findJobView } from '../../src/index.ts';
import { aFarm, aQueuedJob, expectAudit } from '../../testing/index.ts';

const farm = aFarm();

it('a queued job is cancelled at once, with a receipt that says that nothing ran', async () => {
  const { job } = await aQueuedJob(farm);
  const seen = await farm.trace(() => cancelJob(farm.admin, { id: job.id, reason: 'typo' }));
  expect(seen.result).toMatchObject({
    ok: true,
    view: {
      job: { status: 'CANCELLED', version: 2 },
      position: null,
      host: null,
      receipt: {
        outcome: 'cancelled',
        output: 'none',
        requestedBy: 'ada',
        channel: 'trpc',
        reason: 'typo',
        host: null,
        processes: [],
        proof: 'noProcess',
        survivors: [],
        files: { removed: 0, bytes: 0, leftovers: [] },
        timeToDeadMs: 0,
        askToProofMs: 0,
        timeToCleanMs: 0,
      },
    },
  });
  expectAudit(seen, {
    action: 'cancelJob',
    outcome: 'done',
    jobId: job.id,
    reason: 'typo',
    before: { status: 'QUEUED' },
    after: { status: 'CANCELLED', receipt: expect.any(Number) },
  });
  expect(seen.changes).toEqual([
    {
      jobId: job.id,
      version: 2,
      event: 'cancelQueued',
      from: 'QUEUED',
      to: 'CANCELLED',
      actor: 'ada',
      facts: { reason: 'typo' },
      left: true,
      entered: false,
    },
  ]);
  expect(seen.notifications).toEqual([]);
});

it('a cancelled job leaves the queue at once: the jobs behind it move up', async () => {
  const { job } = await aQueuedJob(farm, { priority: 90 });
  const behind = await aQueuedJob(farm, { priority: 80 });
  expect((await findJobView(farm.db, behind.job.id))?.position).toBe(2);
  await cancelJob(farm.admin, { id: job.id, reason: null });
  expect((await findJobView(farm.db, behind.job.id))?.position).toBe(1);
});

it('the receipt of a queued job has its times from the database clock', async () => {
  const { job } = await aQueuedJob(farm);
  const cancelled = await cancelJob(farm.admin, { id: job.id, reason: null });
  const [row] = await farm.sql`select stop_requested_at, ended_at from jobs where id = ${job.id}`;
  const receipt = cancelled.ok ? cancelled.view.receipt : null;
  expect(receipt?.requestedAt).toEqual(row?.stop_requested_at);
  expect(receipt?.confirmedAt).toEqual(row?.ended_at);
});
