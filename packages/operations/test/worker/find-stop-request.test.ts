import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import {
  acknowledgeStop,
  cancelJob,
  findJobView,
  findStopRequest,
  recordTree,
} from '../../src/index.ts';
import {
  aCancellingJob,
  aFarm,
  aRunningJob,
  attemptOf,
  reports,
  treeOf,
} from '../../testing/index.ts';

const farm = aFarm();

it('a stop request is found after a cancel, with its age by the database clock', async () => {
  const job = await aRunningJob(farm);
  expect(await findStopRequest(farm.db, job.id, job.attemptId)).toBeNull();
  await cancelJob(farm.admin, { id: job.id, reason: null });
  const stop = await findStopRequest(farm.db, job.id, job.attemptId);
  expect(stop?.request).toEqual((await findJobView(farm.db, job.id))?.job.stopRequest);
  const age = async () => (await findStopRequest(farm.db, job.id, job.attemptId))?.askedMsAgo;
  expect(stop?.askedMsAgo).toBeGreaterThanOrEqual(0);
  expect(await age()).toBeGreaterThan(stop?.askedMsAgo ?? 0);
});

it('no stop request is found for another attempt or for an attempt that has ended', async () => {
  const job = await aCancellingJob(farm);
  expect(await findStopRequest(farm.db, job.id, randomUUID())).toBeNull();
  expect(await findStopRequest(farm.db, randomUUID(), job.attemptId)).toBeNull();
  await acknowledgeStop(job.worker, { attempt: attemptOf(job), reports: reports() });
  expect(await findStopRequest(farm.db, job.id, job.attemptId)).toBeNull();
});

it('the record of the processes brings the stop request of the job, if it has one', async () => {
  const job = await aRunningJob(farm);
  const record = (attemptId: string) =>
    recordTree(job.worker, { attemptId, tree: treeOf(attemptId) });
  expect(await record(job.attemptId)).toEqual({ ok: true, stop: null });
  await cancelJob(farm.admin, { id: job.id, reason: 'wrong template' });
  const asked = await findStopRequest(farm.db, job.id, job.attemptId);
  const stop = { ...asked, askedMsAgo: expect.any(Number) };
  expect(await record(job.attemptId)).toEqual({ ok: true, stop });
  await acknowledgeStop(job.worker, { attempt: attemptOf(job), reports: reports() });
  expect(await record(job.attemptId)).toEqual({ ok: true, stop: null });
  const attemptId = randomUUID();
  const rejection = { code: 'unknownAttempt', attemptId };
  expect(await record(attemptId)).toEqual({ ok: false, rejection });
});
