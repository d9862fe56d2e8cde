import { randomUUID } from 'node:crypto';
import { holdOpen, waitUntilBlocked } from '@renderdeck/testing/race';
import { expect, it } from 'vitest';
import {
  cancelJob,
  claimJob,
  finishAttempt,
  listHostViews,
  recoverExpired,
  registerHost,
  renewLeases,
} from '../../src/index.ts';
import {
  aCancellingJob,
  aFarm,
  anExpiredJob,
  aRunningJob,
  attemptOf,
  expectAudit,
  HOST_FACTS,
  reports,
  WELL,
  within,
} from '../../testing/index.ts';

const farm = await aFarm();
const worker = await farm.worker();
const leaseOf = async (id: string) =>
  (await farm.look`select lease_expires_at, version from jobs where id = ${id}`)[0];

it('every lease of the worker ends later, the host is heard, and no version moves', async () => {
  const running = await aRunningJob(farm, { worker, leaseMs: 1000 });
  const before = await leaseOf(running.id);
  const seen = await farm.trace(() =>
    renewLeases(worker, { attemptIds: [running.attemptId], leaseMs: 60_000, state: WELL }),
  );
  expect(seen.result).toEqual({ ok: true, stopRequested: [], lost: [], ownsHost: true });
  const after = await leaseOf(running.id);
  expect(after?.version).toBe(before?.version);
  expect(after?.lease_expires_at.getTime() - before?.lease_expires_at.getTime()).toBeGreaterThan(
    50_000,
  );
  expectAudit(seen);
  expect(seen.changes).toEqual([]);
  expect(seen.wakes).toEqual(['hosts render-01']);
});

it('a stop request is told with its age, whatever became of the wake', async () => {
  const { attemptId } = await aCancellingJob(farm, { worker });
  const { stopRequested, lost } = await renewLeases(worker, {
    attemptIds: [attemptId],
    leaseMs: 30_000,
    state: WELL,
  });
  expect(lost).toEqual([]);
  expect(stopRequested).toEqual([{ attemptId, askedMsAgo: expect.any(Number) }]);
  expect(stopRequested[0]?.askedMsAgo).toBeGreaterThanOrEqual(0);
  expect(stopRequested[0]?.askedMsAgo).toBeLessThan(30_000);
});

it('attempts that ended, were taken back, or never were are told as lost, and nobody gets their lease', async () => {
  const ended = await aRunningJob(farm, { worker });
  await finishAttempt(worker, {
    attempt: attemptOf(ended),
    end: { kind: 'failed', failure: 'exit 1' },
    signalled: false,
    reports: reports(),
  });
  const takenBack = await anExpiredJob(farm, { worker });
  await recoverExpired(farm, { actor: 'recovery' });
  await claimJob(await farm.worker('render-02'), { leaseMs: 30_000 });
  const before = await leaseOf(takenBack.id);
  const lost = [ended.attemptId, takenBack.attemptId, randomUUID()];
  expect(
    (await renewLeases(worker, { attemptIds: lost, leaseMs: 90_000, state: WELL })).lost,
  ).toEqual(lost);
  expect(await leaseOf(takenBack.id)).toEqual(before);
});

it('a lease that ran out but was not taken back is the worker’s again', async () => {
  const running = await anExpiredJob(farm, { worker });
  expect(
    (await renewLeases(worker, { attemptIds: [running.attemptId], leaseMs: 30_000, state: WELL }))
      .lost,
  ).toEqual([]);
  expect(await recoverExpired(farm, { actor: 'recovery' })).toEqual({ ok: true, ids: [] });
});

it('a renewal that comes while the job is being taken back waits, and is told that it is lost', async () => {
  const running = await anExpiredJob(farm, { worker });
  const recovery = await holdOpen(farm.db, (tx) =>
    recoverExpired({ db: tx }, { actor: 'recovery' }),
  );
  const renewed = renewLeases(worker, {
    attemptIds: [running.attemptId],
    leaseMs: 30_000,
    state: WELL,
  });
  await waitUntilBlocked(farm.db);
  await recovery.commit();
  expect((await renewed).lost).toEqual([running.attemptId]);
});

it('a renewal that comes while a cancel is being stored waits, and tells it', async () => {
  const running = await aRunningJob(farm, { worker });
  const cancel = await holdOpen(farm.db, (tx) =>
    cancelJob(within(tx, farm.admin), { id: running.id, reason: null }),
  );
  const renewed = renewLeases(worker, {
    attemptIds: [running.attemptId],
    leaseMs: 30_000,
    state: WELL,
  });
  await waitUntilBlocked(farm.db);
  await cancel.commit();
  expect((await renewed).stopRequested.map(({ attemptId }) => attemptId)).toEqual([
    running.attemptId,
  ]);
});

it('a worker with nothing to renew is heard all the same, draining or not', async () => {
  expect(
    await renewLeases(worker, {
      attemptIds: [],
      leaseMs: 30_000,
      state: {
        ...WELL,
        draining: true,
        problem: 'The disk is full.',
        freeBytes: 5,
      },
    }),
  ).toEqual({
    ok: true,
    stopRequested: [],
    lost: [],
    ownsHost: true,
  });
  expect((await listHostViews(farm.db)).find(({ name }) => name === 'render-01')).toMatchObject({
    draining: true,
    problem: 'The disk is full.',
    freeBytes: 5,
    silent: false,
  });
});

it('a daemon whose host a later run took over is told so', async () => {
  await registerHost(
    { ...worker, workerId: randomUUID() },
    { facts: HOST_FACTS, isAlive: async () => false },
  );
  expect(
    (await renewLeases(worker, { attemptIds: [], leaseMs: 30_000, state: WELL })).ownsHost,
  ).toBe(false);
});
