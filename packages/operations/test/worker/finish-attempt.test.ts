import { expect, it } from 'vitest';
import { cancelJob, findAttempt, findJobView, finishAttempt } from '../../src/index.ts';
import {
  aCancellingJob,
  aFarm,
  anExpiredJob,
  aPublishingJob,
  aRunningJob,
  attemptOf,
  expectAudit,
  REMOVAL,
  recoverExpired,
  reports,
  STOP,
} from '../../testing/index.ts';

const farm = aFarm();
const worker = farm.workerOfFile();
const COMPLETED = { kind: 'completed' } as const;
const rejection = (code: string, { attemptId }: { attemptId: string }) => ({
  ok: false,
  rejection: { code, attemptId },
});
const FAILED = { kind: 'failed', failure: 'aerender: no such composition' } as const;

it('a completed attempt completes its job, and its output is published', async () => {
  const running = await aPublishingJob(farm, { worker });
  const seen = await farm.trace(() =>
    finishAttempt(worker, {
      attempt: attemptOf(running),
      end: COMPLETED,
      signalled: false,
      reports: reports(),
    }),
  );
  expect(seen.result).toMatchObject({ ok: true });
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
  await finishAttempt(worker, {
    attempt: attemptOf(running),
    end: COMPLETED,
    signalled: false,
    reports: { ...reports(), output: 'published' },
  });
  expect(await findJobView(farm.db, running.id)).toMatchObject({
    job: { status: 'COMPLETED', output: 'published' },
  });
  expect(await findAttempt(farm.db, running.attemptId)).toMatchObject({ output: 'published' });
});

it('a failed attempt fails its job with the reason, without another attempt', async () => {
  const running = await aRunningJob(farm, { worker });
  expect(
    await finishAttempt(worker, {
      attempt: attemptOf(running),
      end: FAILED,
      signalled: false,
      reports: reports(),
    }),
  ).toMatchObject({ ok: true });
  expect(await findJobView(farm.db, running.id)).toMatchObject({
    job: { status: 'FAILED', failure: FAILED.failure, output: 'none', attempts: 1 },
  });
  expect(await findAttempt(farm.db, running.attemptId)).toMatchObject({ outcome: 'failed' });
});

it('an attempt that published without a signal finishes first', async () => {
  const running = await aPublishingJob(farm, { worker });
  await cancelJob(farm.admin, { id: running.id, reason: null });
  const seen = await farm.trace(() =>
    finishAttempt(worker, {
      attempt: attemptOf(running),
      end: COMPLETED,
      signalled: false,
      reports: reports(),
    }),
  );
  expect(seen.result).toMatchObject({ ok: true });
  expect(seen.changes).toMatchObject([
    { event: 'finishFirst', from: 'CANCELLING', to: 'COMPLETED' },
  ]);
  expect(await findJobView(farm.db, running.id)).toMatchObject({
    receipt: { outcome: 'finishedFirst', output: 'published' },
  });
});

it.each([
  ['had published but was signalled', aPublishingJob, COMPLETED, true],
  ['had not passed the gate', aRunningJob, COMPLETED, false],
  ['failed', aPublishingJob, FAILED, false],
] as const)(
  'an attempt asked to stop that %s does not finish first, and nothing changes',
  async (_why, make, end, signalled) => {
    const running = await make(farm, { worker });
    await cancelJob(farm.admin, { id: running.id, reason: null });
    const seen = await farm.trace(() =>
      finishAttempt(worker, { attempt: attemptOf(running), end, signalled, reports: reports() }),
    );
    expect(seen).toEqual({
      result: rejection('stopRequested', running),
      audit: [],
      changes: [],
      notifications: [],
    });
    expect(await findAttempt(farm.db, running.attemptId)).toMatchObject({
      outcome: null,
      confirmedAt: null,
    });
  },
);

it('a recovered attempt is lost, and a late report of its end changes nothing', async () => {
  const running = await anExpiredJob(farm, { worker });
  await recoverExpired(farm, { actor: 'recovery' });
  const seen = await farm.trace(() =>
    finishAttempt(worker, {
      attempt: attemptOf(running),
      end: COMPLETED,
      signalled: false,
      reports: reports(),
    }),
  );
  expect(seen).toEqual({
    result: rejection('lostAttempt', running),
    audit: [],
    changes: [],
    notifications: [],
  });
  expect(await findAttempt(farm.db, running.attemptId)).toMatchObject({
    outcome: 'lost',
    output: 'none',
  });
});

it('an end that is reported twice counts once', async () => {
  const running = await aCancellingJob(farm, { worker });
  expect(
    await finishAttempt(worker, {
      attempt: attemptOf(running),
      end: FAILED,
      signalled: false,
      reports: reports(),
    }),
  ).toEqual(rejection('stopRequested', running));
  const again = await aRunningJob(farm, { worker });
  await finishAttempt(worker, {
    attempt: attemptOf(again),
    end: FAILED,
    signalled: false,
    reports: reports(),
  });
  expect(
    await finishAttempt(worker, {
      attempt: attemptOf(again),
      end: COMPLETED,
      signalled: false,
      reports: reports(),
    }),
  ).toEqual(rejection('lostAttempt', again));
});
