import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import {
  allowPublish,
  findAttempt,
  findAttemptsWithParts,
  findJobView,
  recordParts,
  recordPublished,
  recordRemoval,
  recordTree,
} from '../../src/index.ts';
import {
  aFarm,
  aPublishingJob,
  aRunningJob,
  asking,
  attemptOf,
  claimAgain,
  expectAudit,
  FILM,
  finish,
  prove,
  publishedBy,
  recoverExpired,
  release,
  reports,
} from '../../testing/index.ts';

const farm = aFarm();
const worker = farm.workerOfFile();
const other = farm.workerOfFile('render-02');
const part = (attemptId: string) => `/renders/.film.mov.${attemptId}.part`;

it('an output that is out is saved as published on its attempt and its job', async () => {
  const running = await aPublishingJob(farm, { worker });
  await recordParts(worker, { attemptId: running.attemptId, parts: [part(running.attemptId)] });
  const seen = await farm.trace(() => recordPublished(worker, publishedBy(attemptOf(running))));
  expect(seen.result).toMatchObject({ ok: true });
  expectAudit(seen);
  expect(seen.changes).toMatchObject([
    { event: 'publish', from: 'RENDERING', to: 'RENDERING', facts: { path: FILM } },
  ]);
  expect(await findJobView(farm.db, running.id)).toMatchObject({
    job: { output: 'published', warnings: [] },
  });
  expect(await findAttempt(farm.db, running.attemptId)).toMatchObject({
    output: 'published',
    parts: [],
  });
});

it('an attempt that lost its job before its rename was saved leaves a warning', async () => {
  const first = await aPublishingJob(farm, { worker, leaseMs: 0 });
  await recoverExpired(farm);
  const second = await claimAgain(farm, first.id, { worker: other });
  const report = publishedBy(attemptOf(first));
  expect(await recordPublished(worker, report)).toMatchObject({ ok: true });
  await recordPublished(worker, report); // sent again, because the answer was lost
  expect(await findJobView(farm.db, first.id)).toMatchObject({
    job: {
      status: 'RENDERING',
      output: 'published',
      warnings: [
        'Attempt 1 on render-01 ended while it published: its output may be out.',
        `Attempt 1 on render-01 published ${FILM} after it had lost the job.`,
      ],
    },
  });
  expect(await findAttempt(farm.db, second.attemptId)).toMatchObject({ output: 'none' });
  expect(await allowPublish(other, asking(attemptOf(second)))).toMatchObject({
    rejection: { code: 'otherMayPublish', output: 'published' },
  });
});

it('a lost attempt that had published everything has completed its job, on every try', async () => {
  const running = await aPublishingJob(farm, { worker, leaseMs: 0 });
  await recordPublished(worker, publishedBy(attemptOf(running), { allPublished: true }));
  const seen = await farm.trace(() => recoverExpired(farm));
  expect(seen.changes).toMatchObject([
    { event: 'complete', from: 'RENDERING', to: 'COMPLETED', actor: 'recovery' },
  ]);
  expect(await findJobView(farm.db, running.id)).toMatchObject({
    job: { status: 'COMPLETED', output: 'published', warnings: [], failure: null },
    openAttempts: [{ number: 1 }], // nobody has proven that its processes have ended
  });
  await prove(running);
  expect(await findJobView(farm.db, running.id)).toMatchObject({
    ...{ job: { status: 'COMPLETED', output: 'published' }, openAttempts: [] },
  });
});

it('an attempt that fails keeps its own output, not that of an earlier attempt', async () => {
  const first = await aPublishingJob(farm, { worker });
  await release(first, 'Ended.');
  const second = await claimAgain(farm, first.id, { worker });
  await finish(second);
  expect(await findAttempt(farm.db, first.attemptId)).toMatchObject({ output: 'maybe' });
  expect(await findAttempt(farm.db, second.attemptId)).toMatchObject({ output: 'none' });
  expect(await findJobView(farm.db, first.id)).toMatchObject({ job: { output: 'maybe' } });
});

it('an output of an unknown attempt is rejected', async () => {
  const { jobId } = await aRunningJob(farm, { worker });
  const attemptId = randomUUID();
  expect(await recordPublished(worker, publishedBy({ jobId, attemptId }))).toEqual({
    ok: false,
    rejection: { code: 'unknownAttempt', attemptId },
  });
});

it('a part file and a process tree of an unknown attempt are rejected', async () => {
  const attemptId = randomUUID();
  const unknown = { ok: false, rejection: { code: 'unknownAttempt', attemptId } };
  const { treeMarker } = await aRunningJob(farm, { worker });
  const nothing = { bootId: '', machineId: null, hardwareId: null, pidNamespace: null };
  const tree = { ...nothing, attemptId, treeMarker, root: null, container: null, members: [] };
  expect(await recordParts(worker, { attemptId, parts: [part(attemptId)] })).toEqual(unknown);
  expect(await recordTree(worker, { attemptId, tree })).toEqual(unknown);
});

it('part files of dead attempts are found on their host until their removal is saved', async () => {
  const running = await aPublishingJob(farm, { worker });
  const { attemptId } = running;
  const paths = [part(attemptId), `/renders/.other.mov.${attemptId}.part`];
  await recordParts(worker, { attemptId, parts: paths });
  const found = async ({ host, identity: { hostId } }: typeof worker) =>
    (await findAttemptsWithParts(farm.db, { host, hostId })).map(({ parts }) => parts);
  expect(await found(worker)).toEqual([]); // the attempt still runs
  const stuck = { path: 'scratch.tif', error: 'EBUSY' };
  const removalReport = { files: 3, bytes: 30, leftovers: [stuck], timeToCleanMs: 4 };
  await release(running, 'Ended.', { reports: { ...reports(), removalReport } });
  expect([await found(worker), await found(other)]).toEqual([[paths], []]);
  const byName = await findAttemptsWithParts(farm.db, { host: 'render-01', hostId: null });
  expect(byName.map(({ id }) => id)).toEqual([attemptId]);

  const left = { path: paths[1] ?? '', error: 'EACCES' };
  const removal = { files: 1, bytes: 10, leftovers: [left], timeToCleanMs: 3 };
  await recordRemoval(worker, { attemptId, removal, parts: paths });
  expect(await findAttempt(farm.db, attemptId)).toMatchObject({
    parts: [left.path],
    removalReport: { leftovers: [stuck, left] },
  });
  // The removal of the scratch folder says nothing about part files.
  await recordRemoval(worker, { attemptId, removal: { ...removal, leftovers: [] } });
  expect(await findAttempt(farm.db, attemptId)).toMatchObject({
    parts: [left.path],
    removalReport: { leftovers: [left] },
  });
  await recordRemoval(worker, {
    attemptId,
    removal: { ...removal, leftovers: [] },
    parts: [left.path],
  });
  expect(await found(worker)).toEqual([]);
});
