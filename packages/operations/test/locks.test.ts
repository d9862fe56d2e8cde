import { expect, it } from 'vitest';
import { saveChange } from '../src/save-change.ts';
import { aFarm, aQueuedJob } from '../testing/index.ts';

const farm = aFarm();

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
