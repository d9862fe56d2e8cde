import { expect, it } from 'vitest';
import { findAttempt, findJobView, releaseAttempt } from '../../src/index.ts';
import {
  aCancellingJob,
  aFarm,
  anExpiredJob,
  aPublishingJob,
  aRunningJob,
  attemptOf,
  claimAgain,
  expectAudit,
  recoverExpired,
  reports,
} from '../../testing/index.ts';

const farm = aFarm();
const worker = farm.workerOfFile();
const WHY = 'The worker on render-01 shuts down.';

it('a released job waits at its old place, and the end of its attempt is proven', async () => {
  const running = await aRunningJob(farm, { worker, priority: 70 });
  const seen = await farm.trace(() =>
    releaseAttempt(worker, { attempt: attemptOf(running), reports: reports(), why: WHY }),
  );
  expect(seen.result).toMatchObject({ ok: true });
  expectAudit(seen);
  expect(seen.changes).toMatchObject([
    {
      event: 'requeue',
      from: 'RENDERING',
      to: 'QUEUED',
      actor: 'render-01',
      facts: { why: WHY },
      left: false,
      entered: true,
    },
  ]);
  expect(seen.notifications).toEqual([expect.stringMatching(/^queue waits \d+\.\d+$/)]);
  expect(await findJobView(farm.db, running.id)).toMatchObject({
    job: {
      status: 'QUEUED',
      priority: 70,
      attempts: 1,
      startedAt: null,
      lease: null,
      failure: WHY,
    },
    position: 1,
    host: null,
    progress: 0,
  });
  const attempt = await findAttempt(farm.db, running.attemptId);
  expect(attempt).toMatchObject({
    outcome: 'released',
    stopReport: { proof: 'kernel' },
    removalReport: { files: 3 },
  });
  expect(attempt?.confirmedAt).not.toBeNull();
});

it('a job that is released while publishing says so', async () => {
  const running = await aPublishingJob(farm, { worker });
  await releaseAttempt(worker, { attempt: attemptOf(running), reports: reports(), why: WHY });
  expect(await findJobView(farm.db, running.id)).toMatchObject({
    job: {
      status: 'QUEUED',
      output: 'maybe',
      failure: `${WHY} The output of the job may already be out.`,
      warnings: ['Attempt 1 on render-01 ended while it published: its output may be out.'],
    },
  });
});

it('releases do not use up attempts: only three lost hosts fail a job', async () => {
  let running = await aRunningJob(farm, { worker });
  for (let restart = 1; restart <= 4; restart += 1) {
    await releaseAttempt(worker, { attempt: attemptOf(running), reports: reports(), why: WHY });
    running = await claimAgain(farm, running.id, { worker, leaseMs: restart < 4 ? 30_000 : 0 });
  }
  for (let loss = 1; loss < 3; loss += 1) {
    await recoverExpired(farm, { actor: 'recovery' });
    expect(await findJobView(farm.db, running.id)).toMatchObject({ job: { status: 'QUEUED' } });
    running = await claimAgain(farm, running.id, { worker, leaseMs: 0 });
  }
  await recoverExpired(farm, { actor: 'recovery' });
  expect(await findJobView(farm.db, running.id)).toMatchObject({
    job: { status: 'FAILED', attempts: 7, maxAttempts: 7 },
  });
});

it('a released job that was asked to stop is CANCELLED with proof', async () => {
  const running = await aCancellingJob(farm, { worker });
  expect(
    await releaseAttempt(worker, { attempt: attemptOf(running), reports: reports(), why: WHY }),
  ).toMatchObject({ ok: true });
  expect(await findJobView(farm.db, running.id)).toMatchObject({
    job: { status: 'CANCELLED' },
    receipt: { outcome: 'cancelled', proof: 'kernel' },
  });
  expect(await findAttempt(farm.db, running.attemptId)).toMatchObject({ outcome: 'stopped' });
});

it('a job that no longer belongs to the worker cannot be released', async () => {
  const running = await anExpiredJob(farm, { worker });
  await recoverExpired(farm, { actor: 'recovery' });
  expect(
    await farm.trace(() =>
      releaseAttempt(worker, { attempt: attemptOf(running), reports: reports(), why: WHY }),
    ),
  ).toEqual({
    result: { ok: false, rejection: { code: 'lostAttempt', attemptId: running.attemptId } },
    audit: [],
    changes: [],
    notifications: [],
  });
});

it('a job with survivors cannot be released: it throws, and the worker keeps the job', async () => {
  const running = await aCancellingJob(farm, { worker });
  const stuck = reports({ survivors: [{ pid: 900, name: 'aerender', state: 'D' }] });
  await expect(
    releaseAttempt(worker, { attempt: attemptOf(running), reports: stuck, why: WHY }),
  ).rejects.toThrow('stillRunning');
  expect(await findJobView(farm.db, running.id)).toMatchObject({
    job: { status: 'CANCELLING', lease: { attemptId: running.attemptId } },
  });
});
