/* A stop: how its worker finds the request, and what it reports until the proof. */
import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import {
  findAttempt,
  findJobView,
  findStopRequest,
  recordStopReceived,
  recordTree,
  reportStop,
} from '../../src/index.ts';
import {
  aCancellingJob,
  acknowledge,
  aFarm,
  aRunningJob,
  attemptOf,
  cancel,
  expectAudit,
  expectDone,
  NO_TRACE,
  reports,
  STOP,
  treeOf,
} from '../../testing/index.ts';

const farm = aFarm();
const worker = farm.workerOfFile();
const survivors = [{ pid: 900, name: 'aerender', state: 'D' }] as const;
const STUCK = { ...STOP, proof: null, survivors, timeToDeadMs: null };

it('a stop request is found after a cancel, with its age by the database clock', async () => {
  const job = await aRunningJob(farm, { worker });
  const find = () => findStopRequest(farm.db, job.id, job.attemptId);
  expect(await find()).toBeNull();
  await cancel(farm, job.id);
  const stop = await find();
  expect(stop?.request).toEqual((await findJobView(farm.db, job.id))?.job.stopRequest);
  expect(stop?.askedMsAgo).toBeGreaterThanOrEqual(0);
  expect((await find())?.askedMsAgo).toBeGreaterThan(stop?.askedMsAgo ?? 0);
});

it('no stop request is found for another attempt or for an attempt that has ended', async () => {
  const job = await aCancellingJob(farm, { worker });
  expect(await findStopRequest(farm.db, job.id, randomUUID())).toBeNull();
  expect(await findStopRequest(farm.db, randomUUID(), job.attemptId)).toBeNull();
  await acknowledge(job);
  expect(await findStopRequest(farm.db, job.id, job.attemptId)).toBeNull();
});

it('the record of the processes brings the stop request of the job, if it has one', async () => {
  const job = await aRunningJob(farm, { worker });
  const record = (attemptId: string) => recordTree(worker, { attemptId, tree: treeOf(attemptId) });
  expect(await record(job.attemptId)).toEqual({ ok: true, stop: null });
  await cancel(farm, job.id, 'wrong template');
  const asked = await findStopRequest(farm.db, job.id, job.attemptId);
  const stop = { ...asked, askedMsAgo: expect.any(Number) };
  expect(await record(job.attemptId)).toEqual({ ok: true, stop });
  await acknowledge(job);
  expect(await record(job.attemptId)).toEqual({ ok: true, stop: null });
  const attemptId = randomUUID();
  const rejection = { code: 'unknownAttempt', attemptId };
  expect(await record(attemptId)).toEqual({ ok: false, rejection });
});

it('the delivery time is the request time plus the given milliseconds', async () => {
  const running = await aCancellingJob(farm, { worker });
  const received = { attempt: attemptOf(running), afterMs: 40 };
  const seen = await farm.trace(() => recordStopReceived(worker, received));
  expectAudit(seen);
  expect(seen.changes).toMatchObject([
    { event: 'deliverStop', from: 'CANCELLING', to: 'CANCELLING', version: 4 },
  ]);
  expect(seen.notifications).toEqual([]);
  const receipt = (await findJobView(farm.db, running.id))?.receipt;
  expect((receipt?.deliveredAt?.getTime() ?? 0) - (receipt?.requestedAt.getTime() ?? 0)).toBe(40);
});

it('without a stop request nothing is delivered, and no worker cancels', async () => {
  const running = await aRunningJob(farm, { worker });
  const received = { attempt: attemptOf(running), afterMs: 40 };
  expect(await farm.trace(() => recordStopReceived(worker, received))).toMatchObject({
    result: { rejection: { code: 'noStopRequest' } },
    ...NO_TRACE,
  });
  expect(await acknowledge(running)).toEqual({
    ok: false,
    rejection: { code: 'noSuchMove', event: 'acknowledgeStop', status: 'RENDERING' },
  });
});

it('survivors are on the receipt of a CANCELLING job until they are gone', async () => {
  const running = await aCancellingJob(farm, { worker });
  const report = { attempt: attemptOf(running), stopReport: STUCK };
  const seen = await farm.trace(() => reportStop(worker, report));
  expectAudit(seen);
  expect(seen.changes).toMatchObject([
    { event: 'reportStop', from: 'CANCELLING', to: 'CANCELLING', facts: { survivors: 1 } },
  ]);
  expect(seen.notifications).toEqual([]);
  expect(await findJobView(farm.db, running.id)).toMatchObject({
    job: { status: 'CANCELLING' },
    receipt: { outcome: 'cancelling', survivors, timeToDeadMs: null },
  });
  // Its worker cannot acknowledge the stop while they live.
  expect(await farm.trace(() => acknowledge(running, reports(STUCK)))).toEqual({
    result: { ok: false, rejection: { code: 'stillRunning', survivors: 1 } },
    ...NO_TRACE,
  });
  await acknowledge(running);
  expect(await findJobView(farm.db, running.id)).toMatchObject({
    receipt: { outcome: 'cancelled', survivors: [] },
  });
});

it('only the acknowledgement makes the job CANCELLED, with the proof on its receipt', async () => {
  const running = await aCancellingJob(farm, { worker });
  await recordStopReceived(worker, { attempt: attemptOf(running), afterMs: 30 });
  const seen = await farm.trace(() => acknowledge(running, reports({ timeToDeadMs: 120 })));
  expectDone(seen.result);
  expectAudit(seen);
  expect(seen.changes).toMatchObject([
    {
      ...{ event: 'acknowledgeStop', from: 'CANCELLING', to: 'CANCELLED' },
      ...{ actor: 'render-01', version: 5 },
    },
  ]);
  expect(seen.notifications).toEqual([`jobs ${running.id}`]);
  const view = await findJobView(farm.db, running.id);
  expect(view).toMatchObject({
    job: { status: 'CANCELLED', lease: null },
    receipt: {
      outcome: 'cancelled',
      output: 'none',
      proof: 'kernel',
      processes: [{ pid: 900, name: 'aerender', endedBy: 'SIGTERM' }],
      survivors: [],
      files: { removed: 3, bytes: 4096, leftovers: [] },
      timeToDeadMs: 120,
      timeToCleanMs: 4,
      deadAt: view?.job.endedAt,
    },
  });
  expect(await findAttempt(farm.db, running.attemptId)).toMatchObject({
    outcome: 'stopped',
    confirmedAt: view?.receipt?.confirmedAt,
    endedAt: view?.job.endedAt,
  });
});
