import { expect, it } from 'vitest';
import {
  acknowledgeStop,
  cancelJob,
  findAttempt,
  findJobView,
  recordStopReceived,
} from '../../src/index.ts';
import {
  aCancellingJob,
  aFarm,
  anExpiredJob,
  aRunningJob,
  attemptOf,
  expectAudit,
  REMOVAL,
  recoverExpired,
  reports,
} from '../../testing/index.ts';

const farm = aFarm();
const worker = farm.workerOfFile();

it('only the acknowledgement makes the job CANCELLED, with the proof on its receipt', async () => {
  const running = await aCancellingJob(farm, { worker });
  await recordStopReceived(worker, { attempt: attemptOf(running), afterMs: 30 });
  const seen = await farm.trace(() =>
    acknowledgeStop(worker, {
      attempt: attemptOf(running),
      reports: reports({ timeToDeadMs: 120 }),
    }),
  );
  expect(seen.result).toMatchObject({ ok: true });
  expectAudit(seen);
  expect(seen.changes).toMatchObject([
    {
      event: 'acknowledgeStop',
      from: 'CANCELLING',
      to: 'CANCELLED',
      actor: 'render-01',
      version: 5,
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

it('a stop with survivors is not acknowledged, and nothing changes', async () => {
  const running = await aCancellingJob(farm, { worker });
  const survivors = [{ pid: 900, name: 'aerender', state: 'D' }];
  const seen = await farm.trace(() =>
    acknowledgeStop(worker, {
      attempt: attemptOf(running),
      reports: reports({ proof: null, survivors, timeToDeadMs: null }),
    }),
  );
  expect(seen).toEqual({
    result: { ok: false, rejection: { code: 'stillRunning', survivors: 1 } },
    audit: [],
    changes: [],
    notifications: [],
  });
  expect(await findJobView(farm.db, running.id)).toMatchObject({
    job: { status: 'CANCELLING' },
    receipt: { outcome: 'cancelling' },
  });
});

it('files that could not be deleted do not delay CANCELLED: the receipt names them', async () => {
  const running = await aCancellingJob(farm, { worker });
  const leftovers = [{ path: 'cache/frame.tif', error: 'EBUSY' }];
  await acknowledgeStop(worker, {
    attempt: attemptOf(running),
    reports: reports({}, { ...REMOVAL, leftovers }),
  });
  expect(await findJobView(farm.db, running.id)).toMatchObject({
    receipt: { outcome: 'cancelled', files: { leftovers } },
  });
});

it('a worker that was never asked to stop cannot cancel', async () => {
  const running = await aRunningJob(farm, { worker });
  expect(
    await acknowledgeStop(worker, { attempt: attemptOf(running), reports: reports() }),
  ).toEqual({
    ok: false,
    rejection: { code: 'noSuchMove', event: 'acknowledgeStop', status: 'RENDERING' },
  });
});

it('an acknowledgement after recovery is rejected as lost', async () => {
  const running = await anExpiredJob(farm, { worker });
  await cancelJob(farm.admin, { id: running.id, reason: null });
  await recoverExpired(farm, { actor: 'recovery' });
  const seen = await farm.trace(() =>
    acknowledgeStop(worker, { attempt: attemptOf(running), reports: reports() }),
  );
  const { attemptId } = running;
  expect(seen).toEqual({
    result: { ok: false, rejection: { code: 'lostAttempt', attemptId } },
    audit: [],
    changes: [],
    notifications: [],
  });
});

it('without a saved delivery, a stop counts as delivered at its proof', async () => {
  const running = await aCancellingJob(farm, { worker });
  await acknowledgeStop(worker, {
    attempt: attemptOf(running),
    reports: reports({ timeToDeadMs: 120 }),
  });
  const { receipt } = (await findJobView(farm.db, running.id)) ?? {};
  expect(receipt).toMatchObject({ timeToDeadMs: 120, deliveredWithProof: true });
  expect(receipt?.deliveredAt).toEqual(receipt?.confirmedAt);
});
