import { aFarm, aQueuedJob, within } from '@renderdeck/testing/fixtures';
import { holdOpen, waitUntilBlocked } from '@renderdeck/testing/race';
import { expect, it } from 'vitest';
import { cancelJob, claimJob } from '../../src/index.ts';

const farm = await aFarm();
const worker = await farm.worker();
const held = { ...worker };

it('a claim never waits for a cancel: it passes over the job and takes the next', async () => {
  const first = await aQueuedJob(farm);
  const second = await aQueuedJob(farm);
  const cancel = await holdOpen(farm.db, (tx) =>
    cancelJob(within(tx, farm.admin), first.job.id, null),
  );
  expect((await claimJob(worker, 30_000))?.jobId).toBe(second.job.id);
  await cancel.commit();
  expect(await claimJob(worker, 30_000)).toBeNull();
});

it('a cancel that comes while a job is being claimed waits, and asks the new worker to stop', async () => {
  const { job } = await aQueuedJob(farm);
  const claim = await holdOpen(farm.db, (tx) => claimJob(within(tx, held), 30_000));
  const seen = farm.trace(async () => {
    const cancelled = cancelJob(farm.admin, job.id, null);
    await waitUntilBlocked(farm.db);
    await claim.commit();
    return await cancelled;
  });
  expect((await seen).result).toMatchObject({
    view: { job: { status: 'CANCELLING' }, receipt: { host: 'render-01' } },
  });
  expect((await seen).wakes).toContain(
    `worker_${worker.workerId.replaceAll('-', '')} ${claim.result?.attemptId}`,
  );
});

it('a claim that did not come about leaves the job to the cancel that waited', async () => {
  const { job } = await aQueuedJob(farm);
  const claim = await holdOpen(farm.db, (tx) => claimJob(within(tx, held), 30_000));
  const cancelled = cancelJob(farm.admin, job.id, null);
  await waitUntilBlocked(farm.db);
  await claim.rollBack();
  expect(await cancelled).toMatchObject({
    view: { job: { status: 'CANCELLED', attempts: 0 }, receipt: { proof: 'noProcess' } },
  });
});
