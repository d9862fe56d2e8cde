import { findJobView, lockJob, lockQueueOrder } from '@renderdeck/store';
import { holdOpen, waitUntilBlocked } from '@renderdeck/testing/race';
import { expect, it } from 'vitest';
import { saveChange } from '../src/save-change.ts';
import { aFarm, aQueuedJob } from '../testing/index.ts';

const farm = aFarm();

it('a second lock on a job waits for the first and sees its changes', async () => {
  const { job } = await aQueuedJob(farm);
  const first = await holdOpen(farm.db, async (tx) => {
    const locked = await lockJob(tx, job.id);
    await tx.execute(`update jobs set name = 'renamed' where id = '${job.id}'`);
    return locked;
  });
  expect(first.result?.job).toEqual(job);
  const second = farm.db.begin((tx) => lockJob(tx, job.id));
  await waitUntilBlocked(farm.db);
  await first.commit();
  expect((await second)?.job.name).toBe('renamed');
});

it('a locked job can be read, and other jobs can be locked', async () => {
  const [one, other] = [await aQueuedJob(farm), await aQueuedJob(farm)];
  const held = await holdOpen(farm.db, (tx) => lockJob(tx, one.job.id));
  expect((await findJobView(farm.db, one.job.id))?.job).toEqual(one.job);
  expect((await farm.db.begin((tx) => lockJob(tx, other.job.id)))?.job.id).toBe(other.job.id);
  await held.rollBack();
});

it('the lock returns the database clock in ms, later than every time written before', async () => {
  const { job } = await aQueuedJob(farm);
  const locked = await lockJob(farm.db, job.id);
  expect(locked?.at.getTime()).toBeGreaterThanOrEqual(job.createdAt.getTime());
});

it('a job that is saved twice from one read, without a lock, throws the second time', async () => {
  const { job } = await aQueuedJob(farm);
  const moved = { ...job, priority: 70, version: 2 };
  await farm.db
    .begin(async (tx) => {
      const change = { event: 'setPriority', actor: 'ada' } as const;
      await saveChange(tx, job, moved, change);
      await expect(saveChange(tx, job, { ...moved, priority: 10 }, change)).rejects.toThrow(
        'saved without its lock: version 1 is gone',
      );
      throw new Error('as it was');
    })
    .catch((error: unknown) => expect(error).toEqual(new Error('as it was')));
});

it('a second transaction waits for the queue-order lock until the first ends', async () => {
  const first = await holdOpen(farm.db, (tx) => lockQueueOrder(tx));
  let taken = false;
  const second = farm.db
    .begin((tx) => lockQueueOrder(tx))
    .then(() => {
      taken = true;
    });
  await waitUntilBlocked(farm.db);
  expect(taken).toBe(false);
  await first.commit();
  await second;
});
