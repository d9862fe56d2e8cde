import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import {
  allowPublish,
  cancelJob,
  findAttempt,
  findJobView,
  findUnconfirmedAttempts,
  finishAttempt,
  passPublishGate,
  recordPublished,
  recordStopReceived,
  reportOrphan,
} from '../../src/index.ts';
import {
  aCancellingJob,
  aFarm,
  anExpiredJob,
  aRunningJob,
  asking,
  attemptOf,
  claimAgain,
  expectAudit,
  FILM,
  ownerOf,
  publishedBy,
  recoverExpired,
  reports,
} from '../../testing/index.ts';

const farm = aFarm();
const dead = farm.workerOfFile();
const next = farm.workerOfFile();
const REBOOTED = reports({ proof: 'rebooted', processes: [], timeToDeadMs: null });

it('an unconfirmed receipt becomes cancelled when the host reports what it ended', async () => {
  const lost = await anExpiredJob(farm, { worker: dead });
  await cancelJob(farm.admin, { id: lost.id, reason: null });
  await recoverExpired(farm, { actor: 'recovery' });
  expect((await findUnconfirmedAttempts(farm.db, ownerOf(next))).map(({ id }) => id)).toEqual([
    lost.attemptId,
  ]);
  const seen = await farm.trace(() =>
    reportOrphan(next, { attempt: attemptOf(lost), reports: REBOOTED }),
  );
  expectAudit(seen);
  expect(seen.changes).toMatchObject([
    { event: 'confirmStop', from: 'CANCELLED', to: 'CANCELLED', actor: 'render-01' },
  ]);
  expect(seen.notifications).toEqual([]);
  expect(await findJobView(farm.db, lost.id)).toMatchObject({
    receipt: { outcome: 'cancelled', proof: 'rebooted', files: { removed: 3 } },
  });
  expect(await findUnconfirmedAttempts(farm.db, ownerOf(next))).toEqual([]);
});

it('a job that is still held goes back to the queue at once, with a proof', async () => {
  const held = await aRunningJob(farm, { worker: dead });
  const seen = await farm.trace(() =>
    reportOrphan(next, { attempt: attemptOf(held), reports: REBOOTED }),
  );
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
  await reportOrphan(next, { attempt: attemptOf(held), reports: reports({ timeToDeadMs: 100 }) });
  expect(await findJobView(farm.db, held.id)).toMatchObject({
    job: { status: 'CANCELLED' },
    receipt: { outcome: 'cancelled', timeToDeadMs: 100 },
  });
  expect(await findAttempt(farm.db, held.attemptId)).toMatchObject({ outcome: 'stopped' });
});

it('a job that runs again elsewhere stays, and only its lost attempt is confirmed', async () => {
  const lost = await anExpiredJob(farm, { worker: dead });
  await recoverExpired(farm, { actor: 'recovery' });
  const again = await claimAgain(farm, lost.id, { worker: await farm.worker('render-02') });
  await reportOrphan(next, { attempt: attemptOf(lost), reports: REBOOTED });
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
  await recoverExpired(farm, { actor: 'recovery' });
  const worker = await farm.worker('render-02');
  const again = attemptOf(await claimAgain(farm, lost.id, { worker }));
  await passPublishGate(worker, again);
  await allowPublish(worker, asking(again));
  await recordPublished(worker, publishedBy(again));
  await finishAttempt(worker, {
    ...{ attempt: again, end: { kind: 'completed' }, signalled: false },
    reports: {
      ...reports(),
      output: 'published',
      publications: [{ what: FILM, state: 'published' }],
    },
  });
  const known = { output: 'maybe', publications: [{ what: FILM, state: 'maybe' }] } as const;
  await reportOrphan(next, { attempt: attemptOf(lost), reports: { ...REBOOTED, ...known } });
  expect(await findJobView(farm.db, lost.id)).toMatchObject({
    job: {
      status: 'COMPLETED',
      warnings: [
        `${FILM} may have been published twice: by attempt 1 on render-01 and by attempt 2 on ` +
          'render-02.',
      ],
    },
  });
});

it('an orphan of an unknown job is rejected', async () => {
  const attempt = { jobId: randomUUID(), attemptId: randomUUID() };
  expect(await farm.trace(() => reportOrphan(next, { attempt, reports: REBOOTED }))).toMatchObject({
    result: { rejection: { code: 'unknownJob', id: attempt.jobId } },
    audit: [],
    changes: [],
    notifications: [],
  });
});
