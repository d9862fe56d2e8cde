import { randomUUID } from 'node:crypto';
import { holdOpen } from '@renderdeck/testing/race';
import { expect, it } from 'vitest';
import {
  cancelJob,
  claimJob,
  findJobView,
  finishAttempt,
  listHostViews,
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
  HEALTHY,
  HOST_FACTS,
  recoverExpired,
  reports,
  within,
} from '../../testing/index.ts';

const farm = aFarm();
const worker = farm.workerOfFile();
const leaseOf = async (id: string) =>
  (await farm.sql`select lease_expires_at, version from jobs where id = ${id}`)[0];

it('a renewal extends every lease and reports the host, without a new job version', async () => {
  const running = await aRunningJob(farm, { worker, leaseMs: 1000 });
  const before = await leaseOf(running.id);
  const seen = await farm.trace(() =>
    renewLeases(worker, { attemptIds: [running.attemptId], leaseMs: 60_000, state: HEALTHY }),
  );
  expect(seen.result).toEqual({
    ok: true,
    drain: null,
    stopRequested: [],
    lost: [],
    ownsHost: true,
    isCheckAsked: false,
    watchesLeases: true,
    hosts: expect.any(Number),
  });
  const after = await leaseOf(running.id);
  expect(after?.version).toBe(before?.version);
  expect(after?.lease_expires_at.getTime() - before?.lease_expires_at.getTime()).toBeGreaterThan(
    50_000,
  );
  expectAudit(seen);
  expect(seen.changes).toEqual([]);
  expect(seen.notifications).toEqual([]);
});

it('a renewal returns each stop request with its age, without any notification', async () => {
  const { id, attemptId } = await aCancellingJob(farm, { worker });
  const request = (await findJobView(farm.db, id))?.job.stopRequest;
  const { stopRequested, lost } = await renewLeases(worker, {
    attemptIds: [attemptId],
    leaseMs: 30_000,
    state: HEALTHY,
  });
  expect(lost).toEqual([]);
  expect(stopRequested).toEqual([
    { attemptId, request, askedMsAgo: expect.any(Number), isRepeated: false, trace: null },
  ]);
  expect(stopRequested[0]?.askedMsAgo).toBeGreaterThanOrEqual(0);
  expect(stopRequested[0]?.askedMsAgo).toBeLessThan(30_000);
});

it('ended, recovered and unknown attempts are returned as lost, and no lease changes', async () => {
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
    (await renewLeases(worker, { attemptIds: lost, leaseMs: 90_000, state: HEALTHY })).lost,
  ).toEqual(lost);
  expect(await leaseOf(takenBack.id)).toEqual(before);
});

it('an expired lease that was not recovered is renewed', async () => {
  const running = await anExpiredJob(farm, { worker });
  expect(
    (
      await renewLeases(worker, {
        attemptIds: [running.attemptId],
        leaseMs: 30_000,
        state: HEALTHY,
      })
    ).lost,
  ).toEqual([]);
  expect(await recoverExpired(farm, { actor: 'recovery' })).toEqual({ ok: true, ids: [] });
});

const renew = (...attemptIds: string[]) =>
  renewLeases(worker, { attemptIds, leaseMs: 3_600_000, state: HEALTHY });

it('a renewal during recovery does not wait, and the next one returns a lost attempt', async () => {
  const { attemptId } = await anExpiredJob(farm, { worker });
  const recovery = await holdOpen(farm.db, (tx) =>
    recoverExpired({ db: tx }, { actor: 'recovery' }),
  );
  expect(await renew(attemptId)).toMatchObject({ lost: [], stopRequested: [] });
  await recovery.commit();
  expect(await renew(attemptId)).toMatchObject({ lost: [attemptId] });
});

it('a renewal during a cancel does not wait; the next one returns the stop request', async () => {
  const { id, attemptId } = await aRunningJob(farm, { worker });
  const cancel = await holdOpen(farm.db, (tx) =>
    cancelJob(within(tx, farm.admin), { id, reason: null }),
  );
  expect(await renew(attemptId)).toMatchObject({ lost: [], stopRequested: [] });
  await cancel.commit();
  expect((await renew(attemptId)).stopRequested).toMatchObject([{ attemptId }]);
});

it('a locked row of one job does not delay the renewal of other leases', async () => {
  const [held, other] = [await aRunningJob(farm, { worker }), await aRunningJob(farm, { worker })];
  const before = await leaseOf(other.id);
  const lock = await holdOpen(farm.db, (tx) =>
    tx.execute(`select from jobs where id = '${held.id}' for update`),
  );
  expect(await renew(held.attemptId, other.attemptId)).toMatchObject({ lost: [], ownsHost: true });
  expect(Number((await leaseOf(other.id))?.lease_expires_at)).toBeGreaterThan(
    Number(before?.lease_expires_at),
  );
  await lock.commit();
});

it('a renewal without leases still reports the host and its state', async () => {
  expect(
    await renewLeases(worker, {
      attemptIds: [],
      leaseMs: 30_000,
      state: {
        ...HEALTHY,
        draining: true,
        problem: 'The disk is full.',
        freeBytes: 5,
      },
    }),
  ).toEqual({
    ok: true,
    drain: null,
    stopRequested: [],
    lost: [],
    ownsHost: true,
    isCheckAsked: false,
    watchesLeases: true,
    hosts: expect.any(Number),
  });
  expect((await listHostViews(farm.db)).find(({ name }) => name === 'render-01')).toMatchObject({
    draining: true,
    problem: 'The disk is full.',
    freeBytes: 5,
    state: 'ending',
  });
});

it('a renewal says that a later run took over the host', async () => {
  await registerHost(
    { ...worker, workerId: randomUUID() },
    { facts: HOST_FACTS, uptimeMs: 0, isRunning: async () => false },
  );
  expect(
    (await renewLeases(worker, { attemptIds: [], leaseMs: 30_000, state: HEALTHY })).ownsHost,
  ).toBe(false);
});
