/* How an attempt ends: by itself, given back by its worker, or lost with its host. */
import { findHeldLeases } from '@renderdeck/store';
import { holdOpen } from '@renderdeck/testing/race';
import { expect, it } from 'vitest';
import {
  findAttempt,
  findJobView,
  findUnconfirmedAttempts,
  recoverLost,
  renewLeases,
} from '../../src/index.ts';
import {
  aCancellingJob,
  acknowledge,
  aFarm,
  anExpiredJob,
  aPublishingJob,
  aRunningJob,
  BEAT,
  COMPLETED,
  cancel,
  expectAudit,
  expectDone,
  finish,
  NO_TRACE,
  ownerOf,
  REMOVAL,
  recoverExpired,
  release,
  reports,
  STOP,
} from '../../testing/index.ts';

const farm = aFarm();
const worker = farm.workerOfFile();
const WHY = 'The worker on render-01 shuts down.';

it('a completed attempt completes its job, and its output is published', async () => {
  const running = await aPublishingJob(farm, { worker });
  const seen = await farm.trace(() => finish(running, COMPLETED));
  expectDone(seen.result);
  expectAudit(seen);
  expect(seen.changes).toMatchObject([
    { event: 'complete', from: 'RENDERING', to: 'COMPLETED', actor: 'render-01', version: 5 },
  ]);
  expect(seen.notifications).toEqual([]);
  const view = await findJobView(farm.db, running.id);
  expect(view).toMatchObject({
    job: { status: 'COMPLETED', lease: null, output: 'published', failure: null },
    host: 'render-01',
    receipt: null,
  });
  expect(await findAttempt(farm.db, running.attemptId)).toMatchObject({
    outcome: 'completed',
    output: 'published',
    endedAt: view?.job.endedAt,
    confirmedAt: view?.job.endedAt,
    stopReport: STOP,
    removalReport: REMOVAL,
  });
});

it('an output that only its host knows is on the completed job', async () => {
  // A promotion lost the yes of the second gate and the output.
  const running = await aRunningJob(farm, { worker });
  await finish(running, COMPLETED, { reports: { ...reports(), output: 'published' } });
  expect(await findJobView(farm.db, running.id)).toMatchObject({
    job: { status: 'COMPLETED', output: 'published' },
  });
  expect(await findAttempt(farm.db, running.attemptId)).toMatchObject({ output: 'published' });
});

it('a released job waits at its old place, and the end of its attempt is proven', async () => {
  const running = await aRunningJob(farm, { worker, priority: 70 });
  const seen = await farm.trace(() => release(running, WHY));
  expectDone(seen.result);
  expectAudit(seen);
  expect(seen.changes).toMatchObject([
    {
      ...{ event: 'requeue', from: 'RENDERING', to: 'QUEUED', actor: 'render-01' },
      ...{ facts: { why: WHY }, left: false, entered: true },
    },
  ]);
  expect(seen.notifications).toEqual([expect.stringMatching(/^queue waits \d+\.\d+$/)]);
  expect(await findJobView(farm.db, running.id)).toMatchObject({
    job: {
      ...{ status: 'QUEUED', priority: 70, attempts: 1, startedAt: null, lease: null },
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
  await cancel(farm, running.id);
});

it('a job with survivors cannot be released: it throws, and the worker keeps the job', async () => {
  const running = await aCancellingJob(farm, { worker });
  const stuck = reports({ survivors: [{ pid: 900, name: 'aerender', state: 'D' }] });
  await expect(release(running, WHY, { reports: stuck })).rejects.toThrow('stillRunning');
  expect(await findJobView(farm.db, running.id)).toMatchObject({
    job: { status: 'CANCELLING', lease: { attemptId: running.attemptId } },
  });
  await acknowledge(running);
});

it('an expired job goes back to the queue, and its attempt stays unconfirmed', async () => {
  const why = 'Attempt 1 was lost: render-01 was not heard until its lease ran out.';
  const expired = await anExpiredJob(farm, { worker, priority: 80 });
  const held = await aRunningJob(farm, { worker });
  const unconfirmed = async () =>
    (await findUnconfirmedAttempts(farm.db, ownerOf(worker))).map(({ id }) => id);
  expect(await unconfirmed()).toEqual([]);
  const seen = await farm.trace(() => recoverExpired(farm));
  expect(seen.result).toEqual({ ok: true, ids: [expired.id] });
  expectAudit(seen);
  expect(seen.changes).toMatchObject([
    {
      ...{ jobId: expired.id, event: 'requeue', from: 'RENDERING', to: 'QUEUED' },
      ...{ actor: 'recovery', facts: { why }, entered: true },
    },
  ]);
  expect(seen.notifications).toEqual([expect.stringMatching(/^queue waits \d+\.\d+$/)]);
  expect(await findJobView(farm.db, expired.id)).toMatchObject({
    job: { status: 'QUEUED', failure: why },
    position: 1,
  });
  expect(await findAttempt(farm.db, expired.attemptId)).toMatchObject({
    outcome: 'lost',
    confirmedAt: null,
    stopReport: null,
  });
  expect(await findJobView(farm.db, held.id)).toMatchObject({ job: { status: 'RENDERING' } });
  // It is unconfirmed for its own daemon, too; the attempt that runs is not.
  expect(await unconfirmed()).toEqual([expired.attemptId]);
});

it('two recoveries at once recover no job twice', async () => {
  const expired = [await anExpiredJob(farm, { worker }), await anExpiredJob(farm, { worker })].map(
    ({ id }) => id,
  );
  const first = await holdOpen(farm.db, (tx) => recoverExpired({ db: tx }, { actor: 'one' }));
  expect([...(first.result?.ids ?? [])].sort()).toEqual([...expired].sort());
  const nothing = { ok: true, ids: [] };
  expect(await recoverExpired(farm)).toEqual(nothing);
  await first.commit();
  expect(await farm.trace(() => recoverExpired(farm))).toEqual({ result: nothing, ...NO_TRACE });
});

it('a lease that is renewed after the look is left alone', async () => {
  const { id, attemptId } = await anExpiredJob(farm, { worker });
  const lost = (await findHeldLeases(farm.db)).filter((lease) => lease.jobId === id);
  await renewLeases(worker, { ...BEAT, attemptIds: [attemptId] });
  expect(await farm.trace(() => recoverLost(farm, { actor: 'recovery', lost }))).toMatchObject({
    result: { ok: true, ids: [] },
    changes: [],
  });
  expect(await findJobView(farm.db, id)).toMatchObject({ job: { status: 'RENDERING' } });
});
