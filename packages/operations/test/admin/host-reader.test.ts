import { databaseOf } from '@renderdeck/store/connect';
import { expect, it } from 'vitest';
import { createEndsOfDay } from '../../src/admin/ends-of-day.ts';
import { createHostReader, listHostViews, recordHostReport } from '../../src/index.ts';
import {
  aCancellingJob,
  aCompletedJob,
  acknowledge,
  aFailedJob,
  aFarm,
  anOpenAttempt,
  aRunningJob,
  cancel,
  expectDone,
} from '../../testing/index.ts';

const farm = aFarm();

/** The farm's database, which counts the rows of hosts that are read. */
function countedRows() {
  const rows: unknown[][] = [];
  const db = databaseOf(async (text, ...sent) => {
    const answer = await farm.db.send(text, ...sent);
    if (text.includes('jsonb_array_elements')) rows.push([...answer]);
    return answer;
  }, farm.db.begin);
  return { db, read: () => rows.splice(0).flat().length };
}

it('only changed rows are read again, and an unchanged host is the same object', async () => {
  const one = await farm.worker('reader-1');
  await farm.worker('reader-2');
  const { db, read } = countedRows();
  const reader = createHostReader();
  const first = await reader.read(db);
  expect(read()).toBe(first.length);
  const second = await reader.read(db);
  expect(read()).toBe(0);
  for (const [index, host] of second.entries()) expect(host).toBe(first[index]);
  const report = { at: '2026-03-01T12:00:00.000Z', findings: [] };
  await recordHostReport(one, { hostId: one.identity.hostId, kind: 'killTest', report });
  const third = await reader.read(db);
  expect(read()).toBe(1);
  expect(third.filter((host, index) => host !== first[index])).toMatchObject([
    { name: 'reader-1', killTest: report },
  ]);
});

it('a host whose row has not changed shows its new jobs', async () => {
  const worker = await farm.worker('reader-3');
  const reader = createHostReader();
  await reader.read(farm.db);
  const { id } = await aRunningJob(farm, { worker });
  const shown = (await reader.read(farm.db)).find(({ name }) => name === 'reader-3');
  expect(shown).toMatchObject({ jobs: [{ id, progress: 0 }] });
  const known = await listHostViews(farm.db);
  expect(known.find(({ name }) => name === 'reader-3')?.jobs).toEqual(shown?.jobs);
});

it('ends are counted as they come, and an end of hours ago within some reads', async () => {
  const worker = await farm.worker('reader-4');
  let nowMs = 0;
  const ends = createEndsOfDay(() => nowMs);
  const read = async () => (await ends.read(farm.db)).get('reader-4');
  await aCompletedJob(farm, { worker });
  // No read is answered before the first count.
  const first = await Promise.all([read(), read()]);
  expect(first).toEqual([first[0], { done: 1, failed: 0, stopped: 0 }]);
  await aFailedJob(farm, { worker });
  expect(await read(), 'within a second it is not counted again').toMatchObject({ failed: 0 });
  nowMs += 1000;
  expect(await read()).toEqual({ done: 1, failed: 1, stopped: 0 });
  await farm.sql`
    update attempts set ended_at = ended_at - interval '5 hours'
    where outcome = 'completed' and host = 'reader-4'`;
  nowMs += 1000;
  expect(await read()).toMatchObject({ failed: 1, done: 0 });
  for (let reads = 0; reads < 144; reads += 1) {
    nowMs += 1000;
    await read();
  }
  expect(await read()).toEqual({ done: 1, failed: 1, stopped: 0 });
  await farm.sql`
    update attempts set ended_at = ended_at - interval '20 hours' where host = 'reader-4'`;
  // After a pause, what began since the last read is counted again.
  nowMs += 86_400_000;
  expect(await read()).toEqual({ done: 0, failed: 1, stopped: 0 });
});

const shown = async (name: string) =>
  (await createHostReader().read(farm.db)).find((view) => view.name === name);

it('a stop is open until its proof, even after the host no longer holds the job', async () => {
  const worker = await farm.worker('ae-20');
  const running = await aCancellingJob(farm, { worker });
  expect((await shown('ae-20'))?.openStops).toBe(1);
  expectDone(await acknowledge(running));
  const stopped = { today: { done: 0, failed: 0, stopped: 1 }, openStops: 0 };
  expect(await shown('ae-20')).toMatchObject(stopped);
  const open = await anOpenAttempt(farm, 'ae-21');
  expect((await shown('ae-21'))?.openStops, 'nobody asked to stop it').toBe(0);
  expectDone(await cancel(farm, open.id));
  expect((await shown('ae-21'))?.openStops).toBe(1);
});
