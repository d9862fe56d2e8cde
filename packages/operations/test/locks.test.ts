import {
  findExpiredJobs,
  findJobView,
  lockJob,
  lockQueueOrder,
  renewLeases,
  saveJob,
} from '@renderdeck/store';
import { holdOpen, waitUntilBlocked } from '@renderdeck/testing/race';
import { expect, it } from 'vitest';
import { aFarm, anExpiredJob, aQueuedJob, aRunningJob } from '../testing/index.ts';

const farm = await aFarm();

it('a job that is locked is waited for, and the one who waited sees what the first did', async () => {
  const { job } = await aQueuedJob(farm);
  const first = await holdOpen(farm.db, async (tx) => {
    const locked = await lockJob(tx, job.id);
    await tx.execute(`update jobs set name = 'renamed' where id = '${job.id}'`);
    return locked;
  });
  expect(first.result?.job).toEqual(job);
  const second = farm.db.transaction((tx) => lockJob(tx, job.id));
  await waitUntilBlocked(farm.db);
  await first.commit();
  expect((await second)?.job.name).toBe('renamed');
});

it('a job that is locked is read by everybody, and other jobs are free', async () => {
  const [one, other] = [await aQueuedJob(farm), await aQueuedJob(farm)];
  const held = await holdOpen(farm.db, (tx) => lockJob(tx, one.job.id));
  expect((await findJobView(farm.db, one.job.id))?.job).toEqual(one.job);
  expect((await farm.db.transaction((tx) => lockJob(tx, other.job.id)))?.job.id).toBe(other.job.id);
  await held.rollBack();
});

it('the lock comes with the clock of the database, to the millisecond, later than all that was written', async () => {
  const { job } = await aQueuedJob(farm);
  const locked = await lockJob(farm.db, job.id);
  expect(locked?.at.getTime()).toBeGreaterThanOrEqual(job.createdAt.getTime());
});

it('of two who save what they read without a lock the second is told that it is a bug, and loses', async () => {
  const { job } = await aQueuedJob(farm);
  const moved = { ...job, priority: 70, version: 2 };
  await farm.db
    .transaction(async (tx) => {
      await saveJob(tx, job, moved);
      await expect(saveJob(tx, job, { ...moved, priority: 10 })).rejects.toThrow(
        'saved without its lock: version 1 is gone',
      );
      throw new Error('as it was');
    })
    .catch((error: unknown) => expect(error).toEqual(new Error('as it was')));
});

it('the queue-order lock is one: a second transaction waits for it until the first ends', async () => {
  const first = await holdOpen(farm.db, (tx) => lockQueueOrder(tx));
  let got = false;
  const second = farm.db
    .transaction((tx) => lockQueueOrder(tx))
    .then(() => {
      got = true;
    });
  await waitUntilBlocked(farm.db);
  expect(got).toBe(false);
  await first.commit();
  await second;
});

it('expired jobs that somebody else has are passed over, and those that are not expired are nobody’s', async () => {
  const worker = await farm.worker();
  const [one, other] = [await anExpiredJob(farm, { worker }), await anExpiredJob(farm, { worker })];
  const held = await aRunningJob(farm, { worker });
  const first = await holdOpen(farm.db, (tx) => lockJob(tx, one.id));
  expect(await findExpiredJobs(farm.db, 10)).toEqual([other.id]);
  await first.commit();
  expect(await findExpiredJobs(farm.db, 10)).toEqual([one.id, other.id].sort());
  expect(await findExpiredJobs(farm.db, 1)).toEqual([[one.id, other.id].sort()[0]]);
  expect(await renewLeases(farm.db, [held.attemptId], 1000)).toEqual([
    { attemptId: held.attemptId, stopAskedMsAgo: null },
  ]);
  expect(await renewLeases(farm.db, [], 1000)).toEqual([]);
});
