/*
 * Somebody deletes waiting jobs by hand during a recount of the queue. Whichever of the two comes
 * first, counts that contain a deleted job are never used.
 */
import { countQueueFaults, foldQueueCounts, recountQueue } from '@renderdeck/store';
import { holdOpen, waitUntilBlocked } from '@renderdeck/testing/race';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { keepQueueCounts } from '../../src/index.ts';
import { aFarm, aQueuedJob } from '../../testing/index.ts';
import { wrongPositions } from '../background/wrong-positions.ts';

const farm = aFarm();
const { sql } = farm;
let ids: string[] = [];
beforeEach(async () => {
  ids = [];
  while (ids.length < 4) ids.push((await aQueuedJob(farm)).job.id);
  await keepQueueCounts(farm);
});
afterEach(async () => {
  expect(await wrongPositions(sql)).toEqual([]);
  await keepQueueCounts(farm);
  expect(await wrongPositions(sql), 'with counts').toEqual([]);
  expect(await countQueueFaults(farm.db)).toBe(0);
  await sql`truncate jobs, job_changes, queue_counts, queue_folds cascade`;
});
/** Runs the statement at once, and not only when it is awaited. */
const run = async (statement: string) => void (await farm.db.execute(statement));
const deletion = (at: number) => `delete from jobs where id = '${ids[at]}'`;

it('jobs that are deleted after the snapshot of a recount make its counts void', async () => {
  await sql.unsafe(deletion(0));
  const recount = await holdOpen(farm.db, (tx) => recountQueue(tx));
  const deleted = run(deletion(1));
  await Promise.race([deleted, waitUntilBlocked(farm.db)]);
  await recount.commit();
  await deleted;
});

it('a recount does not count jobs that are being deleted', async () => {
  const deleted = await holdOpen(farm.db, (tx) => tx.execute(deletion(0)));
  const recount = recountQueue(farm.db);
  await waitUntilBlocked(farm.db);
  await deleted.commit();
  await recount;
});

it('counts are void if the table is emptied during a recount', async () => {
  const recount = await holdOpen(farm.db, (tx) => recountQueue(tx));
  const emptied = run('truncate jobs cascade');
  await waitUntilBlocked(farm.db);
  await recount.commit();
  await emptied;
  await sql`truncate job_changes`;
});

it('a deletion waits for another deletion, and its transaction may recount', async () => {
  const first = await holdOpen(farm.db, (tx) => tx.execute(deletion(0)));
  expect(await foldQueueCounts(farm.db)).toEqual({ kind: 'locked' });
  const second = run(deletion(1));
  await waitUntilBlocked(farm.db);
  await first.rollBack();
  await second;
  await farm.db.begin(async (tx) => {
    await tx.execute(deletion(2));
    await recountQueue(tx);
  });
});

it('a deletion whose snapshot is older than a recount fails', async () => {
  await sql.unsafe(deletion(0));
  const deleted = farm.db.begin(
    async (tx) => {
      await tx.execute('select from jobs');
      await recountQueue(farm.db);
      await tx.execute(deletion(1));
    },
    { isolationLevel: 'repeatable read' },
  );
  const failed = expect.objectContaining({ cause: expect.objectContaining({ code: '40001' }) });
  await expect(deleted).rejects.toEqual(failed);
});
