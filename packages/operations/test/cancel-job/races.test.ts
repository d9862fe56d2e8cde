/* A cancel at the same moment as a claim, a recovery or the end of an attempt. */
import { holdOpen, waitUntilBlocked } from '@renderdeck/testing/race';
import { expect, it } from 'vitest';
import { cancelJob, claimJob, findJobView } from '../../src/index.ts';
import {
  aFarm,
  anExpiredJob,
  aPublishingJob,
  aQueuedJob,
  aRunningJob,
  COMPLETED,
  cancel,
  FAILED,
  finish,
  recoverExpired,
  within,
} from '../../testing/index.ts';

const farm = aFarm();
const worker = farm.workerOfFile();
const holdClaim = () =>
  holdOpen(farm.db, (tx) => claimJob(within(tx, worker), { leaseMs: 30_000 }));
const holdCancel = (id: string) =>
  holdOpen(farm.db, (tx) => cancelJob(within(tx, farm.admin), { id, reason: null }));

it('a claim never waits for a cancel: it skips the job and takes the next one', async () => {
  const first = await aQueuedJob(farm);
  const second = await aQueuedJob(farm);
  const cancelled = await holdCancel(first.job.id);
  expect(await claimJob(worker, { leaseMs: 30_000 })).toMatchObject({
    job: { jobId: second.job.id },
  });
  await cancelled.commit();
  expect(await claimJob(worker, { leaseMs: 30_000 })).toMatchObject({
    rejection: { code: 'queueEmpty' },
  });
});

it('a cancel during a claim waits, then asks the new worker to stop', async () => {
  const { job } = await aQueuedJob(farm);
  const claim = await holdClaim();
  if (!claim.result.ok) throw new Error(claim.result.rejection.code);
  const { attemptId } = claim.result.job;
  const seen = await farm.trace(async () => {
    const cancelled = cancel(farm, job.id);
    await waitUntilBlocked(farm.db);
    await claim.commit();
    return await cancelled;
  });
  expect(seen.result).toMatchObject({
    view: { job: { status: 'CANCELLING' }, receipt: { host: 'render-01' } },
  });
  const channel = `worker_${worker.workerId.replaceAll('-', '')}`;
  expect(seen.notifications).toContain(`${channel} ${attemptId}`);
});

it('if the claim rolls back, the waiting cancel ends the queued job', async () => {
  const { job } = await aQueuedJob(farm);
  const claim = await holdClaim();
  const cancelled = cancel(farm, job.id);
  await waitUntilBlocked(farm.db);
  await claim.rollBack();
  expect(await cancelled).toMatchObject({
    view: { job: { status: 'CANCELLED', attempts: 0 }, receipt: { proof: 'noProcess' } },
  });
});

it('recovery skips a job during its cancel; the next round ends it as unconfirmed', async () => {
  const { id } = await anExpiredJob(farm);
  const cancelled = await holdCancel(id);
  expect(await recoverExpired(farm)).toEqual({ ok: true, ids: [] });
  await cancelled.commit();
  expect(await recoverExpired(farm)).toEqual({ ok: true, ids: [id] });
  expect(await findJobView(farm.db, id)).toMatchObject({
    job: { status: 'CANCELLED' },
    receipt: { outcome: 'unconfirmed', host: 'render-01', proof: null, confirmedAt: null },
  });
});

it('a cancel during recovery waits, then ends the queued job as unconfirmed', async () => {
  const { id } = await anExpiredJob(farm);
  const recovery = await holdOpen(farm.db, (tx) => recoverExpired({ db: tx }));
  const cancelled = cancel(farm, id);
  await waitUntilBlocked(farm.db);
  await recovery.commit();
  expect(await cancelled).toMatchObject({
    view: {
      job: { status: 'CANCELLED', attempts: 1 },
      receipt: { outcome: 'unconfirmed', host: 'render-01' },
    },
  });
});

it('a cancel that comes just after the end is rejected', async () => {
  const running = await aPublishingJob(farm);
  const finished = await holdOpen(farm.db, (tx) =>
    finish(running, COMPLETED, { by: within(tx, running.worker) }),
  );
  const cancelled = cancel(farm, running.id);
  await waitUntilBlocked(farm.db);
  await finished.commit();
  expect(await cancelled).toMatchObject({
    ok: false,
    rejection: { code: 'alreadyEnded', status: 'COMPLETED' },
  });
});

it.each([
  ['success', aRunningJob, COMPLETED],
  ['failure', aPublishingJob, FAILED],
] as const)('a late %s cannot undo a stop request', async (_what, aJob, end) => {
  const running = await aJob(farm);
  const cancelled = await holdCancel(running.id);
  const finished = finish(running, end);
  await waitUntilBlocked(farm.db);
  await cancelled.commit();
  expect(await finished).toMatchObject({ rejection: { code: 'stopRequested' } });
  expect((await findJobView(farm.db, running.id))?.job.status).toBe('CANCELLING');
});

it('an attempt that published before any signal finishes first, as its receipt says', async () => {
  const running = await aPublishingJob(farm);
  const cancelled = await holdCancel(running.id);
  const finished = finish(running, COMPLETED);
  await waitUntilBlocked(farm.db);
  await cancelled.commit();
  expect(await finished).toMatchObject({ ok: true });
  expect(await findJobView(farm.db, running.id)).toMatchObject({
    job: { status: 'COMPLETED' },
    receipt: { outcome: 'finishedFirst', output: 'published' },
  });
});
