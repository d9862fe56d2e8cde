/* An admin's action waits only a limited time for another transaction, and then changes nothing. */
import { lockJob } from '@renderdeck/store';
import { holdOpen } from '@renderdeck/testing/race';
import { expect, it } from 'vitest';
import { cancelJob, declareHostGone, releaseHost, resubmitJob } from '../../src/index.ts';
import { saveChange } from '../../src/save-change.ts';
import { aFarm, anOpenAttempt, aQueuedJob, NO_TRACE } from '../../testing/index.ts';

const farm = aFarm();
const { admin } = farm;
const MOST_WAIT_MS = 50;
const host = 'ae-01';
const ofHost = { name: host, reason: 'The machine burned.' };
const hosts = async () => [...(await farm.sql`select * from render_hosts`)];
const ACTS: Readonly<Record<string, (id: string, mostWaitMs?: number) => Promise<object>>> = {
  'submit again': (id, mostWaitMs) => resubmitJob(admin, { id }, mostWaitMs),
  release: (_id, mostWaitMs) => releaseHost(admin, ofHost, mostWaitMs),
  'declare gone': (_id, mostWaitMs) => declareHostGone(admin, ofHost, mostWaitMs),
  cancel: (id, mostWaitMs) => cancelJob(admin, { id, reason: null }, mostWaitMs),
};

it.each(Object.entries(ACTS))('%s', async (_name, act) => {
  const { id } = await anOpenAttempt(farm, host);
  const held = await holdOpen(farm.db, (tx) => lockJob(tx, id));
  const before = await hosts();
  const seen = await farm.trace(async () => {
    await expect(act(id, MOST_WAIT_MS)).rejects.toMatchObject({ cause: { code: '55P03' } });
  });
  expect(seen).toMatchObject(NO_TRACE);
  expect(await hosts()).toEqual(before);
  await held.rollBack();
  expect(await act(id)).toMatchObject({ ok: true });
  await farm.sql`truncate jobs, job_changes, queue_counts, queue_folds cascade`;
  await farm.sql`delete from render_hosts`;
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
