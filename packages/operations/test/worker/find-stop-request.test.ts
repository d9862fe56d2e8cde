import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { acknowledgeStop, cancelJob, findJobView, findStopRequest } from '../../src/index.ts';
import { aCancellingJob, aFarm, aRunningJob, attemptOf, reports } from '../../testing/index.ts';

const farm = await aFarm();

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
