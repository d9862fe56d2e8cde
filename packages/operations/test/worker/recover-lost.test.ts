import { findHeldLeases } from '@renderdeck/store';
import { holdOpen } from '@renderdeck/testing/race';
import { expect, it } from 'vitest';
import {
  cancelJob,
  findAttempt,
  findJobView,
  findUnconfirmedAttempts,
  recoverLost,
  renewLeases,
} from '../../src/index.ts';
import {
  aFarm,
  anExpiredJob,
  aPublishingJob,
  aRunningJob,
  attemptOf,
  claimAgain,
  expectAudit,
  HEALTHY,
  ownerOf,
  recoverExpired,
} from '../../testing/index.ts';

const farm = aFarm();
const worker = farm.workerOfFile();
const lostAttempt = (number: number) =>
  `Attempt ${number} was lost: render-01 was not heard until its lease ran out.`;

it('an expired job goes back to the queue, and its attempt stays unconfirmed', async () => {
  const expired = await anExpiredJob(farm, { worker });
  const held = await aRunningJob(farm, { worker });
  const seen = await farm.trace(() => recoverExpired(farm, { actor: 'recovery' }));
  expect(seen.result).toEqual({ ok: true, ids: [expired.id] });
  expectAudit(seen);
  expect(seen.changes).toMatchObject([
    {
      jobId: expired.id,
      event: 'requeue',
      from: 'RENDERING',
      to: 'QUEUED',
      actor: 'recovery',
      facts: { why: lostAttempt(1) },
      entered: true,
    },
  ]);
  expect(seen.notifications).toEqual([expect.stringMatching(/^queue waits \d+\.\d+$/)]);
  expect(await findJobView(farm.db, expired.id)).toMatchObject({
    job: { status: 'QUEUED', failure: lostAttempt(1) },
    position: 1,
  });
  expect(await findAttempt(farm.db, expired.attemptId)).toMatchObject({
    outcome: 'lost',
    confirmedAt: null,
    stopReport: null,
  });
  expect(await findJobView(farm.db, held.id)).toMatchObject({ job: { status: 'RENDERING' } });
});

it('a lost attempt is unconfirmed for its own daemon too, a running attempt is not', async () => {
  const lost = await anExpiredJob(farm, { worker });
  await aRunningJob(farm, { worker });
  const unconfirmed = async () =>
    (await findUnconfirmedAttempts(farm.db, ownerOf(worker))).map(({ id }) => id);
  expect(await unconfirmed()).not.toContain(lost.attemptId);
  await recoverExpired(farm, { actor: 'recovery' });
  expect(await unconfirmed()).toContain(lost.attemptId);
});

it('a job that was lost three times fails with the last loss as its reason', async () => {
  let running = await anExpiredJob(farm, { worker });
  for (let attempt = 1; attempt < 3; attempt += 1) {
    await recoverExpired(farm, { actor: 'recovery' });
    running = await claimAgain(farm, running.id, { worker, leaseMs: 0 });
  }
  const seen = await farm.trace(() => recoverExpired(farm, { actor: 'recovery' }));
  expect(seen.changes).toMatchObject([
    { event: 'exhaust', from: 'RENDERING', to: 'FAILED', left: false, entered: false },
  ]);
  expect(await findJobView(farm.db, running.id)).toMatchObject({
    job: {
      status: 'FAILED',
      attempts: 3,
      failure: `${lostAttempt(3)} No attempts are left (3 of 3).`,
    },
  });
});

it('an expired job that was asked to stop is CANCELLED with an unconfirmed receipt', async () => {
  const expired = await anExpiredJob(farm, { worker });
  await cancelJob(farm.admin, { id: expired.id, reason: null });
  const seen = await farm.trace(() => recoverExpired(farm, { actor: 'recovery' }));
  expect(seen.changes).toMatchObject([{ event: 'hostLost', from: 'CANCELLING', to: 'CANCELLED' }]);
  expect(await findJobView(farm.db, expired.id)).toMatchObject({
    job: { status: 'CANCELLED' },
    receipt: { outcome: 'unconfirmed', host: 'render-01', proof: null, confirmedAt: null },
  });
});

it('a job that was lost while publishing says so', async () => {
  const running = await aPublishingJob(farm, { worker });
  await renewLeases(worker, { attemptIds: [running.attemptId], leaseMs: 0, state: HEALTHY });
  await recoverExpired(farm, { actor: 'recovery' });
  expect(await findJobView(farm.db, running.id)).toMatchObject({
    job: {
      failure: expect.stringContaining('The output of the job may already be out.'),
      warnings: ['Attempt 1 on render-01 ended while it published: its output may be out.'],
    },
  });
});

it('two recoveries at once recover no job twice', async () => {
  const expired = [await anExpiredJob(farm, { worker }), await anExpiredJob(farm, { worker })].map(
    ({ id }) => id,
  );
  const first = await holdOpen(farm.db, (tx) => recoverExpired({ db: tx }, { actor: 'one' }));
  expect([...(first.result?.ids ?? [])].sort()).toEqual([...expired].sort());
  expect(await recoverExpired(farm, { actor: 'other' })).toEqual({ ok: true, ids: [] });
  await first.commit();
  expect(await farm.trace(() => recoverExpired(farm, { actor: 'other' }))).toEqual({
    result: { ok: true, ids: [] },
    audit: [],
    changes: [],
    notifications: [],
  });
});

it('a lease that is renewed after the look is left alone', async () => {
  const { id, attemptId } = await anExpiredJob(farm, { worker });
  const lost = (await findHeldLeases(farm.db)).filter((lease) => lease.jobId === id);
  await renewLeases(worker, { attemptIds: [attemptId], leaseMs: 30_000, state: HEALTHY });
  expect(await farm.trace(() => recoverLost(farm, { actor: 'recovery', lost }))).toMatchObject({
    result: { ok: true, ids: [] },
    changes: [],
  });
  expect(await findJobView(farm.db, id)).toMatchObject({ job: { status: 'RENDERING' } });
});

it('a renewal that comes while the job is recovered does not keep it', async () => {
  const { id, attemptId } = await anExpiredJob(farm, { worker });
  const recovery = await holdOpen(farm.db, (tx) => recoverExpired({ db: tx }, { actor: 'one' }));
  const renew = { attemptIds: [attemptId], leaseMs: 30_000, state: HEALTHY };
  expect((await renewLeases(worker, renew)).lost).toEqual([]);
  await recovery.commit();
  expect((await renewLeases(worker, renew)).lost).toEqual([attemptId]);
  expect(await findJobView(farm.db, id)).toMatchObject({ job: { status: 'QUEUED' } });
});

it('a late write of the lost attempt of a job that runs again is rejected', async () => {
  const expired = await anExpiredJob(farm, { worker });
  await recoverExpired(farm, { actor: 'recovery' });
  const again = await claimAgain(farm, expired.id, { worker: await farm.worker('render-02') });
  expect(
    (
      await renewLeases(worker, {
        attemptIds: [expired.attemptId],
        leaseMs: 30_000,
        state: HEALTHY,
      })
    ).lost,
  ).toEqual([expired.attemptId]);
  expect(await findJobView(farm.db, expired.id)).toMatchObject({
    host: 'render-02',
    job: { lease: attemptOf(again).attemptId && { attemptId: again.attemptId } },
  });
});
