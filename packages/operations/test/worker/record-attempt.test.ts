import { randomUUID } from 'node:crypto';
import { holdOpen, waitUntilBlocked } from '@renderdeck/testing/race';
import { expect, it } from 'vitest';
import {
  findAttempt,
  findJobView,
  findOpenTreeMarkers,
  getAttemptLog,
  recordRemoval,
  recordReports,
  recordScratch,
  recordTree,
} from '../../src/index.ts';
import {
  aCancellingJob,
  acknowledge,
  aFailedJob,
  aFarm,
  aQueuedJob,
  aRunningJob,
  expectAudit,
  NO_TRACE,
  ownerOf,
  REMOVAL,
  recordLog,
  recordProgress,
  recordUsage,
  reports,
  treeOf,
  within,
} from '../../testing/index.ts';

const farm = aFarm();
const worker = farm.workerOfFile();
const at = (attemptId: string, percent: number) => ({
  attemptId,
  phase: 'render',
  percent,
  frame: 30,
  totalFrames: 120,
  steps: [],
});

it('the scratch folder and the tree of an attempt are saved without a notification', async () => {
  const { attemptId } = await aRunningJob(farm, { worker });
  const tree = treeOf(attemptId);
  const seen = await farm.trace(async () => {
    await recordScratch(worker, { attemptId, scratchPath: '/scratch/a1' });
    await recordTree(worker, { attemptId, tree });
  });
  expect(seen).toMatchObject(NO_TRACE);
  expect(await findAttempt(farm.db, attemptId)).toMatchObject({
    scratchPath: '/scratch/a1',
    tree,
  });
});

it('progress of several attempts is one statement; an ended attempt keeps its own', async () => {
  const [one, other] = [await aRunningJob(farm, { worker }), await aRunningJob(farm, { worker })];
  const ended = await aFailedJob(farm, { worker });
  const seen = await farm.trace(() =>
    recordProgress(worker, {
      progress: [at(one.attemptId, 25.04), at(other.attemptId, 75), at(ended.attemptId, 99)],
    }),
  );
  expect(seen).toMatchObject(NO_TRACE);
  expect(await findJobView(farm.db, one.id)).toMatchObject({ progress: 25 });
  expect(await findAttempt(farm.db, other.attemptId)).toMatchObject({
    phase: 'render',
    progress: 75,
    frame: 30,
    totalFrames: 120,
  });
  expect(await findAttempt(farm.db, ended.attemptId)).toMatchObject({ phase: null, progress: 0 });
  await recordProgress(worker, { progress: [] });
});

it('usage of several trees is one statement; an ended attempt keeps its own', async () => {
  const running = await aRunningJob(farm, { worker });
  const ended = await aFailedJob(farm, { worker });
  const usage = [
    { at: '2026-03-01T12:00:00.000Z', cpuPercent: 187.5, memoryBytes: 5_000_000_000, processes: 3 },
  ];
  const seen = await farm.trace(() =>
    recordUsage(worker, {
      attempts: [running, ended].map(({ attemptId }) => ({ attemptId, usage, history: null })),
    }),
  );
  expect(seen).toMatchObject(NO_TRACE);
  expect(await findAttempt(farm.db, running.attemptId)).toMatchObject({ usage });
  expect(await findAttempt(farm.db, ended.attemptId)).toMatchObject({ usage: [] });
  await recordUsage(worker, { attempts: [] });
});

it('the sources from the cache stay on record when a later report does not name them', async () => {
  const { attemptId } = await aRunningJob(farm, { worker });
  const cached = { sources: 7, cached: 3, bytes: 1_200_000_000 };
  const { attemptId: _, steps, ...progress } = at(attemptId, 1);
  for (const more of [{}, { cached }, {}])
    await recordReports(worker, {
      reports: [{ attemptId, progress: { ...progress, ...more }, steps }],
    });
  expect(await findAttempt(farm.db, attemptId)).toMatchObject({ cachedSources: cached });
});

it('a report of an attempt that the database does not know saves only the others', async () => {
  const { id, attemptId } = await aRunningJob(farm, { worker });
  const lost = randomUUID();
  const reports = [lost, attemptId].map((one) => ({
    attemptId: one,
    usage: [],
    chunks: [{ seq: 1, stream: 'nexrender', lines: ['a'] } as const],
  }));
  const { known } = await recordReports(worker, { reports });
  expect([...known]).toEqual([attemptId]);
  const read = await getAttemptLog(farm, { id, attempt: null, after: null, limit: 10 });
  expect(read).toMatchObject({ ok: true, chunks: [{ lines: ['a'] }] });
  expect((await recordReports(worker, { reports: [] })).known.size).toBe(0);
});

it('an ended attempt still gets its last lines, and a new tree only while it runs', async () => {
  const ended = await aFailedJob(farm, { worker });
  const before = await findAttempt(farm.db, ended.attemptId);
  const chunks = [{ seq: 1, stream: 'aerender', lines: ['the last line'] } as const];
  const { attemptId } = ended;
  await recordReports(worker, { reports: [{ attemptId, tree: treeOf(attemptId), chunks }] });
  expect((await findAttempt(farm.db, attemptId))?.tree).toEqual(before?.tree);
  const read = await getAttemptLog(farm, { id: ended.id, attempt: null, after: null, limit: 10 });
  expect(read).toMatchObject({ ok: true, chunks: [{ lines: ['the last line'] }] });
});

it('the tree markers of a host are those of attempts that may still run', async () => {
  const elsewhere = await farm.worker('render-09');
  const running = await aRunningJob(farm, { worker: elsewhere });
  await aFailedJob(farm, { worker: elsewhere });
  expect(await findOpenTreeMarkers(farm.db, ownerOf(elsewhere))).toEqual([running.treeMarker]);
});

it('log lines come back in order, and a chunk that is sent twice stays unchanged', async () => {
  const { id, attemptId } = await aRunningJob(farm, { worker });
  const chunks = [
    { seq: 1, stream: 'nexrender', lines: ['> setup'] },
    { seq: 2, stream: 'aerender', lines: ['PROGRESS:  (1)', 'PROGRESS:  (2)'] },
  ] as const;
  const seen = await farm.trace(() => recordLog(worker, { attemptId, chunks }));
  expect(seen).toMatchObject(NO_TRACE);
  await recordLog(worker, {
    attemptId,
    chunks: [
      { seq: 2, stream: 'aerender', lines: ['other'] },
      { seq: 3, stream: 'aerender', lines: ['end'] },
    ],
  });
  await recordLog(worker, { attemptId, chunks: [] });
  const read = await getAttemptLog(farm, { id, attempt: null, after: null, limit: 10 });
  expect(read).toMatchObject({
    ok: true,
    attempt: 1,
    newestId: attemptId,
    chunks: [...chunks, { attempt: 1, seq: 3, lines: ['end'] }],
    after: { attempt: 1, seq: 3 },
  });
  expect(
    await getAttemptLog(farm, { id, attempt: 1, after: { attempt: null, seq: 1 }, limit: 1 }),
  ).toMatchObject({
    chunks: [{ seq: 2 }],
  });
});

it('the log of a job or attempt without output is empty', async () => {
  const none = { ok: true, attempt: null, attemptId: null, isOver: false, chunks: [] };
  const { id, attemptId } = await aRunningJob(farm, { worker });
  const { job } = await aQueuedJob(farm);
  const latest = { attempt: null, after: null, limit: 10 };
  // Nobody has claimed the job, so the read goes on with the first line of attempt 1.
  expect(await getAttemptLog(farm, { id: job.id, ...latest })).toEqual({
    ...none,
    newestId: null,
    after: { attempt: 0, seq: 0 },
  });
  expect(await getAttemptLog(farm, { id, ...latest, attempt: 7 })).toEqual({
    ...none,
    newestId: attemptId,
    after: { attempt: 7, seq: 0 },
  });
});

it('files removed later are added to the receipt, and the leftovers are replaced', async () => {
  const running = await aCancellingJob(farm, { worker });
  await acknowledge(
    running,
    reports({}, { ...REMOVAL, leftovers: [{ path: 'a.tif', error: 'EBUSY' }] }),
  );
  const seen = await farm.trace(() =>
    recordRemoval(worker, {
      attemptId: running.attemptId,
      removal: {
        files: 1,
        bytes: 100,
        leftovers: [],
        timeToCleanMs: 9,
      },
    }),
  );
  expectAudit(seen);
  expect(seen.changes).toMatchObject([
    { event: 'reportFiles', from: 'CANCELLED', to: 'CANCELLED', actor: 'render-01' },
  ]);
  expect(seen.notifications).toEqual([]);
  expect(await findJobView(farm.db, running.id)).toMatchObject({
    receipt: { files: { removed: 4, bytes: 4196, leftovers: [] }, timeToCleanMs: 9 },
  });
});

it('a first removal report is saved unchanged; one of an unknown attempt is rejected', async () => {
  const running = await aRunningJob(farm, { worker });
  await recordRemoval(worker, { attemptId: running.attemptId, removal: REMOVAL });
  expect(await findAttempt(farm.db, running.attemptId)).toMatchObject({ removalReport: REMOVAL });
  expect(
    await farm.trace(() => recordRemoval(worker, { attemptId: randomUUID(), removal: REMOVAL })),
  ).toMatchObject({
    result: { rejection: { code: 'unknownAttempt' } },
    ...NO_TRACE,
  });
});

it('two removal reports at once are both counted', async () => {
  const running = await aRunningJob(farm, { worker });
  const first = await holdOpen(farm.db, (tx) =>
    recordRemoval(within(tx, worker), { attemptId: running.attemptId, removal: REMOVAL }),
  );
  const second = recordRemoval(worker, { attemptId: running.attemptId, removal: REMOVAL });
  await waitUntilBlocked(farm.db);
  await first.commit();
  await second;
  expect(await findAttempt(farm.db, running.attemptId)).toMatchObject({
    removalReport: { files: 6, bytes: 8192 },
  });
});
