import { expectAudit } from '@renderdeck/testing/expect-audit';
import {
  aCancellingJob,
  aFarm,
  aRunningJob,
  attemptOf,
  reports,
} from '@renderdeck/testing/fixtures';
import { expect, it } from 'vitest';
import { acknowledgeStop, findJobView, recordStopReceived } from '../../src/index.ts';

const farm = await aFarm();
const worker = await farm.worker();

it('the delivery is told as so long after the request, by the clock of the database', async () => {
  const running = await aCancellingJob(farm, { worker });
  const seen = await farm.trace(() => recordStopReceived(worker, attemptOf(running), 40));
  expectAudit(seen);
  expect(seen.changes).toMatchObject([
    { event: 'recordStopReceived', from: 'CANCELLING', to: 'CANCELLING', version: 4 },
  ]);
  expect(seen.wakes).toEqual(['jobs']);
  const receipt = (await findJobView(farm.db, running.id))?.receipt;
  expect((receipt?.deliveredAt?.getTime() ?? 0) - (receipt?.requestedAt.getTime() ?? 0)).toBe(40);
});

it('the delivery of a stop that nobody asked for, or that is over, changes nothing', async () => {
  const running = await aRunningJob(farm, { worker });
  const over = await aCancellingJob(farm, { worker });
  await acknowledgeStop(worker, attemptOf(over), reports());
  for (const attempt of [running, over])
    expect(
      await farm.trace(() => recordStopReceived(worker, attemptOf(attempt), 40)),
    ).toMatchObject({
      audit: [],
      changes: [],
      wakes: [],
    });
});
