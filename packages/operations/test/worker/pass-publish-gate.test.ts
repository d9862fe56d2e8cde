import { holdOpen, waitUntilBlocked } from '@renderdeck/testing/race';
import { expect, it } from 'vitest';
import { cancelJob, findAttempt, findJobView, passPublishGate } from '../../src/index.ts';
import {
  aCancellingJob,
  aFarm,
  anExpiredJob,
  aRunningJob,
  attemptOf,
  expectAudit,
  recoverExpired,
  within,
} from '../../testing/index.ts';

const farm = aFarm();
const worker = farm.workerOfFile();

it('an attempt that still holds its job goes on, and its output stays none', async () => {
  const running = await aRunningJob(farm, { worker });
  const seen = await farm.trace(() => passPublishGate(worker, attemptOf(running)));
  expect(seen.result).toMatchObject({ ok: true });
  expectAudit(seen);
  expect(seen.changes).toMatchObject([
    {
      event: 'passPublishGate',
      version: 3,
      from: 'RENDERING',
      to: 'RENDERING',
      left: false,
      entered: false,
    },
  ]);
  expect(seen.notifications).toEqual([]);
  expect(await findJobView(farm.db, running.id)).toMatchObject({ job: { output: 'none' } });
  expect(await findAttempt(farm.db, running.attemptId)).toMatchObject({
    output: 'none',
    outcome: null,
  });
});

it('an attempt that was asked to stop or lost may not go on, and nothing changes', async () => {
  const stopped = await aCancellingJob(farm, { worker });
  const lost = await anExpiredJob(farm, { worker });
  await recoverExpired(farm, { actor: 'recovery' });
  for (const [attempt, code] of [
    [stopped, 'stopRequested'],
    [lost, 'lostAttempt'],
  ] as const) {
    const { attemptId } = attempt;
    const seen = await farm.trace(() => passPublishGate(worker, attemptOf(attempt)));
    const result = { ok: false, rejection: { code, attemptId } };
    expect(seen).toEqual({ result, audit: [], changes: [], notifications: [] });
    expect(await findAttempt(farm.db, attemptId)).toMatchObject({ output: 'none' });
  }
});

it('a cancel that comes first closes the gate, and nothing is published', async () => {
  const running = await aRunningJob(farm, { worker });
  const cancel = await holdOpen(farm.db, (tx) =>
    cancelJob(within(tx, farm.admin), { id: running.id, reason: null }),
  );
  const passed = passPublishGate(worker, attemptOf(running));
  await waitUntilBlocked(farm.db);
  await cancel.commit();
  expect(await passed).toMatchObject({ rejection: { code: 'stopRequested' } });
  expect(await findJobView(farm.db, running.id)).toMatchObject({ receipt: { output: 'none' } });
});

it('after a cancel behind the first gate the receipt says that no output is out', async () => {
  const running = await aRunningJob(farm, { worker });
  const gate = await holdOpen(farm.db, (tx) =>
    passPublishGate(within(tx, worker), attemptOf(running)),
  );
  const cancelled = cancelJob(farm.admin, { id: running.id, reason: null });
  await waitUntilBlocked(farm.db);
  await gate.commit();
  expect(gate.result).toMatchObject({ ok: true });
  expect(await cancelled).toMatchObject({
    view: { receipt: { outcome: 'cancelling', output: 'none' } },
  });
});
