import { holdOpen, waitUntilBlocked } from '@renderdeck/testing/race';
import { expect, it } from 'vitest';
import { cancelJob, claimJob } from '../../src/index.ts';
import { aFarm, aQueuedJob, within } from '../../testing/index.ts';

const farm = aFarm();
const worker = farm.workerOfFile();
const held = { ...worker };

it('a claim never waits for a cancel: it skips the job and takes the next one', async () => {
  const first = await aQueuedJob(farm);
  const second = await aQueuedJob(farm);
  const cancel = await holdOpen(farm.db, (tx) =>
    cancelJob(within(tx, farm.admin), { id: first.job.id, reason: null }),
  );
  expect(await claimJob(worker, { leaseMs: 30_000 })).toMatchObject({
    job: { jobId: second.job.id },
  });
  await cancel.commit();
  expect(await claimJob(worker, { leaseMs: 30_000 })).toMatchObject({
    rejection: { code: 'queueEmpty' },
  });
});

it('a cancel during a claim waits, then asks the new worker to stop', async () => {
  const { job } = await aQueuedJob(farm);
  const claim = await holdOpen(farm.db, (tx) => claimJob(within(tx, held), { leaseMs: 30_000 }));
  if (!claim.result.ok) throw new Error(claim.result.rejection.code);
  const { attemptId } = claim.result.job;
  const seen = farm.trace(async () => {
    const cancelled = cancelJob(farm.admin, { id: job.id, reason: null });
    await waitUntilBlocked(farm.db);
    await claim.commit();
    return await cancelled;
  });
  expect((await seen).result).toMatchObject({
    view: { job: { status: 'CANCELLING' }, receipt: { host: 'render-01' } },
  });
  expect((await seen).notifications).toContain(
    `worker_${worker.workerId.replaceAll('-', '')} ${attemptId}`,
  );
});

it('if the claim rolls back, the waiting cancel ends the queued job', async () => {
  const { job } = await aQueuedJob(farm);
  const claim = await holdOpen(farm.db, (tx) => claimJob(within(tx, held), { leaseMs: 30_000 }));
  const cancelled = cancelJob(farm.admin, { id: job.id, reason: null });
  await waitUntilBlocked(farm.db);
  await claim.rollBack();
  expect(await cancelled).toMatchObject({
    view: { job: { status: 'CANCELLED', attempts: 0 }, receipt: { proof: 'noProcess' } },
  });
});
