import { expect, it } from 'vitest';
import { acknowledgeStop, findJobView, recordStopReceived } from '../../src/index.ts';
import {
  aCancellingJob,
  aFarm,
  aRunningJob,
  attemptOf,
  expectAudit,
  reports,
} from '../../testing/index.ts';

const farm = aFarm();
const worker = farm.workerOfFile();

it('the delivery time is the request time plus the given milliseconds', async () => {
  const running = await aCancellingJob(farm, { worker });
  const seen = await farm.trace(() =>
    recordStopReceived(worker, { attempt: attemptOf(running), afterMs: 40 }),
  );
  expectAudit(seen);
  expect(seen.changes).toMatchObject([
    { event: 'deliverStop', from: 'CANCELLING', to: 'CANCELLING', version: 4 },
  ]);
  expect(seen.notifications).toEqual([]);
  const receipt = (await findJobView(farm.db, running.id))?.receipt;
  expect((receipt?.deliveredAt?.getTime() ?? 0) - (receipt?.requestedAt.getTime() ?? 0)).toBe(40);
});

it('a delivery without a stop request, or after the stop, changes nothing', async () => {
  const running = await aRunningJob(farm, { worker });
  const over = await aCancellingJob(farm, { worker });
  await acknowledgeStop(worker, { attempt: attemptOf(over), reports: reports() });
  for (const [attempt, code] of [
    [running, 'noStopRequest'],
    [over, 'lostAttempt'],
  ] as const)
    expect(
      await farm.trace(() =>
        recordStopReceived(worker, { attempt: attemptOf(attempt), afterMs: 40 }),
      ),
    ).toMatchObject({
      result: { rejection: { code } },
      audit: [],
      changes: [],
      notifications: [],
    });
});
