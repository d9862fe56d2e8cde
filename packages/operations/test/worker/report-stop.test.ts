import { expect, it } from 'vitest';
import { acknowledgeStop, findJobView, reportStop } from '../../src/index.ts';
import {
  aCancellingJob,
  aFarm,
  attemptOf,
  expectAudit,
  reports,
  STOP,
} from '../../testing/index.ts';

const farm = aFarm();
const worker = farm.workerOfFile();
const STUCK = {
  ...STOP,
  proof: null,
  survivors: [{ pid: 900, name: 'aerender', state: 'D' }],
  timeToDeadMs: null,
} as const;

it('survivors are on the receipt of a CANCELLING job until they are gone', async () => {
  const running = await aCancellingJob(farm, { worker });
  const seen = await farm.trace(() =>
    reportStop(worker, { attempt: attemptOf(running), stopReport: STUCK }),
  );
  expectAudit(seen);
  expect(seen.changes).toMatchObject([
    { event: 'reportStop', from: 'CANCELLING', to: 'CANCELLING', facts: { survivors: 1 } },
  ]);
  expect(seen.notifications).toEqual([]);
  expect(await findJobView(farm.db, running.id)).toMatchObject({
    job: { status: 'CANCELLING' },
    receipt: { outcome: 'cancelling', survivors: STUCK.survivors, timeToDeadMs: null },
  });
  await acknowledgeStop(worker, { attempt: attemptOf(running), reports: reports() });
  expect(await findJobView(farm.db, running.id)).toMatchObject({
    receipt: { outcome: 'cancelled', survivors: [] },
  });
});

it('a report of an attempt that no longer holds the job changes nothing', async () => {
  const running = await aCancellingJob(farm, { worker });
  await acknowledgeStop(worker, { attempt: attemptOf(running), reports: reports() });
  const before = await findJobView(farm.db, running.id);
  expect(
    await farm.trace(() => reportStop(worker, { attempt: attemptOf(running), stopReport: STUCK })),
  ).toMatchObject({
    result: { rejection: { code: 'lostAttempt' } },
    audit: [],
    changes: [],
    notifications: [],
  });
  expect(await findJobView(farm.db, running.id)).toEqual(before);
});
