import { randomUUID } from 'node:crypto';
import { holdOpen } from '@renderdeck/testing/race';
import { expect, it } from 'vitest';
import { cancelJob, claimJob, findJobView, renewLeases } from '../../src/index.ts';
import {
  aCancellingJob,
  aFailedJob,
  aFarm,
  anExpiredJob,
  aRunningJob,
  BEAT,
  HEALTHY,
  hostOf,
  NO_TRACE,
  recoverExpired,
  signOn,
  within,
} from '../../testing/index.ts';

const farm = aFarm();
const worker = farm.workerOfFile();
const leaseOf = async (id: string) =>
  (await farm.sql`select lease_expires_at, version from jobs where id = ${id}`)[0];
const renew = (...attemptIds: string[]) =>
  renewLeases(worker, { attemptIds, leaseMs: 3_600_000, state: HEALTHY });
const RENEWED = {
  ...{ ok: true, drain: null, stopRequested: [], lost: [], ownsHost: true, isCheckAsked: false },
  ...{ watchesLeases: true, hosts: expect.any(Number) },
};

it('a renewal extends every lease and reports the host, without a new job version', async () => {
  const running = await aRunningJob(farm, { worker, leaseMs: 1000 });
  const before = await leaseOf(running.id);
  const seen = await farm.trace(() => renew(running.attemptId));
  expect(seen).toEqual({ result: RENEWED, ...NO_TRACE });
  const after = await leaseOf(running.id);
  expect(after?.version).toBe(before?.version);
  expect(after?.lease_expires_at - before?.lease_expires_at).toBeGreaterThan(3_590_000);
});

it('a renewal returns each stop request with its age, without any notification', async () => {
  const { id, attemptId } = await aCancellingJob(farm, { worker });
  const request = (await findJobView(farm.db, id))?.job.stopRequest;
  const { stopRequested, lost } = await renew(attemptId);
  expect(lost).toEqual([]);
  expect(stopRequested).toEqual([
    { attemptId, request, askedMsAgo: expect.any(Number), isRepeated: false, trace: null },
  ]);
  expect(stopRequested[0]?.askedMsAgo).toBeGreaterThanOrEqual(0);
  expect(stopRequested[0]?.askedMsAgo).toBeLessThan(30_000);
});

it('ended, recovered and unknown attempts are returned as lost, and no lease changes', async () => {
  const ended = await aFailedJob(farm, { worker });
  const takenBack = await anExpiredJob(farm, { worker });
  await recoverExpired(farm);
  await claimJob(await farm.worker('render-02'), { leaseMs: 30_000 });
  const before = await leaseOf(takenBack.id);
  const lost = [ended.attemptId, takenBack.attemptId, randomUUID()];
  expect((await renew(...lost)).lost).toEqual(lost);
  expect(await leaseOf(takenBack.id)).toEqual(before);
});

it('an expired lease that was not recovered is renewed', async () => {
  const running = await anExpiredJob(farm, { worker });
  expect((await renew(running.attemptId)).lost).toEqual([]);
  expect(await recoverExpired(farm)).toEqual({ ok: true, ids: [] });
});

it('a renewal during recovery does not wait, and the next one returns a lost attempt', async () => {
  const { attemptId } = await anExpiredJob(farm, { worker });
  const recovery = await holdOpen(farm.db, (tx) => recoverExpired({ db: tx }));
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
  const facts = { draining: true, problem: 'The disk is full.', freeBytes: 5 };
  const renewed = await renewLeases(worker, { ...BEAT, state: { ...HEALTHY, ...facts } });
  expect(renewed).toEqual(RENEWED);
  expect(await hostOf(farm, 'render-01')).toMatchObject({ ...facts, state: 'ending' });
});

it('a renewal says that a later run took over the host', async () => {
  await signOn({ ...worker, workerId: randomUUID() });
  expect((await renewLeases(worker, BEAT)).ownsHost).toBe(false);
});
