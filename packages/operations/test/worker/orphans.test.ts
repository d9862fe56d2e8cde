/* What the next daemon of a host reports of an attempt that it did not run: its end, or why not. */
import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import {
  allowPublish,
  findAttempt,
  findJobView,
  findUnconfirmedAttempts,
  passPublishGate,
  recordPublished,
  recordStopReceived,
  recordUnproven,
  reportOrphan,
} from '../../src/index.ts';
import {
  aCancellingJob,
  aFarm,
  anExpiredJob,
  anOpenAttempt,
  aRunningJob,
  asking,
  attemptOf,
  COMPLETED,
  cancel,
  claimAgain,
  expectAudit,
  FILM,
  finish,
  NO_TRACE,
  ownerOf,
  prove,
  publishedBy,
  recoverExpired,
  reports,
  STOP,
} from '../../testing/index.ts';

const farm = aFarm();
const dead = farm.workerOfFile();
const next = farm.workerOfFile();
const REBOOTED = reports({ proof: 'rebooted', processes: [], timeToDeadMs: null });

it('an unconfirmed receipt becomes cancelled when the host reports what it ended', async () => {
  const lost = await anExpiredJob(farm, { worker: dead });
  await cancel(farm, lost.id);
  await recoverExpired(farm);
  const unconfirmed = async () =>
    (await findUnconfirmedAttempts(farm.db, ownerOf(next))).map(({ id }) => id);
  expect(await unconfirmed()).toEqual([lost.attemptId]);
  const seen = await farm.trace(() => prove(lost, REBOOTED, next));
  expectAudit(seen);
  expect(seen.changes).toMatchObject([
    { event: 'confirmStop', from: 'CANCELLED', to: 'CANCELLED', actor: 'render-01' },
  ]);
  expect(seen.notifications).toEqual([]);
  expect(await findJobView(farm.db, lost.id)).toMatchObject({
    receipt: { outcome: 'cancelled', proof: 'rebooted', files: { removed: 3 } },
  });
  expect(await unconfirmed()).toEqual([]);
});

it('a job that is still held goes back to the queue at once, with a proof', async () => {
  const held = await aRunningJob(farm, { worker: dead });
  const seen = await farm.trace(() => prove(held, REBOOTED, next));
  const why = 'Attempt 1 was lost: the worker on render-01 died; what it left was ended.';
  expect(seen.changes).toMatchObject([{ event: 'requeue', to: 'QUEUED', facts: { why } }]);
  expect(seen.notifications).toEqual([expect.stringMatching(/^queue waits \d+\.\d+$/)]);
  const attempt = await findAttempt(farm.db, held.attemptId);
  expect(attempt).toMatchObject({ outcome: 'lost', stopReport: { proof: 'rebooted' } });
  expect(attempt?.confirmedAt).toEqual(attempt?.endedAt);
});

it('a held job with a stop request is CANCELLED, with the time that its host needed', async () => {
  const held = await aCancellingJob(farm, { worker: dead });
  await recordStopReceived(dead, { attempt: attemptOf(held), afterMs: 25 });
  await prove(held, reports({ timeToDeadMs: 100 }), next);
  expect(await findJobView(farm.db, held.id)).toMatchObject({
    job: { status: 'CANCELLED' },
    receipt: { outcome: 'cancelled', timeToDeadMs: 100 },
  });
  expect(await findAttempt(farm.db, held.attemptId)).toMatchObject({ outcome: 'stopped' });
});

it('a job that runs again elsewhere stays, and only its lost attempt is confirmed', async () => {
  const lost = await anExpiredJob(farm, { worker: dead });
  await recoverExpired(farm);
  const again = await claimAgain(farm, lost.id, { worker: await farm.worker('render-02') });
  await prove(lost, REBOOTED, next);
  expect(await findJobView(farm.db, lost.id)).toMatchObject({
    job: { status: 'RENDERING', lease: { attemptId: again.attemptId } },
    host: 'render-02',
  });
  expect((await findAttempt(farm.db, lost.attemptId))?.confirmedAt).not.toBeNull();
  expect((await findAttempt(farm.db, again.attemptId))?.confirmedAt).toBeNull();
});

it('an output that another attempt has put out meanwhile is told on the job', async () => {
  // A failover lost the yes of the first attempt, so the second one did not wait for its end.
  const lost = await anExpiredJob(farm, { worker: dead });
  await recoverExpired(farm);
  const worker = await farm.worker('render-02');
  const again = await claimAgain(farm, lost.id, { worker });
  await passPublishGate(worker, attemptOf(again));
  await allowPublish(worker, asking(attemptOf(again)));
  await recordPublished(worker, publishedBy(attemptOf(again)));
  const published = [{ what: FILM, state: 'published' }] as const;
  const out = { ...reports(), output: 'published', publications: published } as const;
  await finish(again, COMPLETED, { reports: out });
  const maybe = { output: 'maybe', publications: [{ what: FILM, state: 'maybe' }] } as const;
  await prove(lost, { ...REBOOTED, ...maybe }, next);
  const { status, warnings } = (await findJobView(farm.db, lost.id))?.job ?? {};
  expect([status, warnings]).toEqual([
    'COMPLETED',
    [
      `${FILM} may have been published twice: by attempt 1 on render-01 and by attempt 2 on ` +
        'render-02.',
    ],
  ]);
});

const REASON = 'render-01 cannot prove its end: it ran in another container.';

it('why an end is not proven is on the open attempt, and live pages see the change', async () => {
  const lost = await anOpenAttempt(farm);
  const input = { attempt: attemptOf(lost), reason: REASON, stopReport: null };
  const seen = await farm.trace(() => recordUnproven(next, input));
  expectAudit(seen);
  expect(seen.changes).toMatchObject([
    { event: 'reportStop', from: 'QUEUED', to: 'QUEUED', facts: { why: REASON } },
  ]);
  expect(seen.notifications).toEqual([]);
  expect(await findJobView(farm.db, lost.id)).toMatchObject({
    job: { status: 'QUEUED' },
    openAttempts: [{ number: 1, problem: REASON }],
  });
  expect(await findAttempt(farm.db, lost.attemptId)).toMatchObject({ confirmedAt: null });
});

it('survivors of a lost attempt are on record, and its receipt stays unconfirmed', async () => {
  const lost = await anOpenAttempt(farm);
  await cancel(farm, lost.id);
  const survivors = [{ pid: 900, name: 'AfterFX', state: 'D' }];
  const stopReport = { ...STOP, proof: null, timeToDeadMs: null, survivors };
  await recordUnproven(next, { attempt: attemptOf(lost), reason: null, stopReport });
  expect(await findJobView(farm.db, lost.id)).toMatchObject({
    receipt: { outcome: 'unconfirmed', proof: null },
  });
  expect(await findAttempt(farm.db, lost.attemptId)).toMatchObject({
    ...{ stopReport: { survivors }, confirmedAt: null },
  });
});

it('reports of an unknown job or attempt are rejected, and nothing changes', async () => {
  const jobId = randomUUID();
  const unknown = { attempt: { jobId, attemptId: randomUUID() }, reports: REBOOTED };
  expect(await farm.trace(() => reportOrphan(next, unknown))).toEqual({
    result: { ok: false, rejection: { code: 'unknownJob', id: jobId } },
    ...NO_TRACE,
  });
  const attempt = { jobId: (await anOpenAttempt(farm)).id, attemptId: randomUUID() };
  const input = { attempt, reason: REASON, stopReport: null };
  expect(await farm.trace(() => recordUnproven(next, input))).toMatchObject({
    result: { ok: false, rejection: { code: 'unknownAttempt' } },
    ...NO_TRACE,
  });
});
