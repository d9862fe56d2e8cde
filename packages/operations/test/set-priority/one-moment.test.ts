/*
 * Both positions of a priority receipt are counted at one moment, after the save. So a lowered job
 * never looks as if it moved up, even if the queue becomes much shorter at the same time.
 */
import { holdOpen, waitUntilBlocked } from '@renderdeck/testing/race';
import { expect, it } from 'vitest';
import { claimJob, setPriority } from '../../src/index.ts';
import { aFarm, aQueuedJob, expectAudit, expectDone, within } from '../../testing/index.ts';

const farm = aFarm();
const worker = farm.workerOfFile();

it('jobs that leave the queue during a change count in neither position', async () => {
  for (let index = 0; index < 4; index += 1) await aQueuedJob(farm, { priority: 90 });
  const { job } = await aQueuedJob(farm, { priority: 60 });
  await aQueuedJob(farm, { priority: 30 });
  // A change of priority writes its history, so it waits here, between its statements.
  const history = await holdOpen(farm.db, async (tx) => {
    await tx.execute('lock table job_changes in share mode');
    return tx;
  });

  const seen = await farm.trace(async () => {
    const change = setPriority(farm.admin, { id: job.id, priority: 20, expectedVersion: null });
    await waitUntilBlocked(farm.db);
    for (let claims = 0; claims < 4; claims += 1)
      expectDone(await claimJob(within(history.result, worker), { leaseMs: 30_000 }));
    await history.commit();
    return expectDone(await change);
  });
  const { receipt, view } = seen.result;
  const [{ now } = { now: null }] = await farm.sql<
    { now: Date }[]
  >`select clock_timestamp() as now`;
  expect(receipt.position).toEqual({ before: 1, after: 2 });
  expect(view.position).toBe(2);
  expect(receipt.changedAt <= receipt.countedAt && receipt.countedAt <= (now ?? 0)).toBe(true);
  expectAudit(seen, {
    action: 'setPriority',
    outcome: 'done',
    jobId: job.id,
    before: { priority: 60, position: 1 },
    after: { priority: 20, position: 2 },
  });
});
