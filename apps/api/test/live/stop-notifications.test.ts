/*
 * The notification that a stop is over makes the API read whose client waits for this job, and no
 * other one. The feeds of this test read only when they are asked to.
 */
import { randomUUID } from 'node:crypto';
import { acknowledgeStop, cancelJob, STOPS_CHANNEL } from '@renderdeck/operations';
import { expectDone } from '@renderdeck/operations/testing';
import { expect, test } from 'vitest';
import { farmOfFile } from '../../testing/open-farm.ts';
import { openCountedFeeds } from './open-counted-feeds.ts';

const WAIT = { timeout: 60_000 } as const;
const farm = farmOfFile();

/** The feeds of one API, subscribed to the notifications. */
async function openFeeds() {
  const { live, reads } = openCountedFeeds(farm.db);
  const listener = farm.listen();
  await live.listen(listener);
  const marks: string[] = [];
  await listener.subscribe('mark', (mark) => marks.push(mark));
  // The first read of a database opens its incarnation, and reads again.
  await expect.poll(() => reads.done > 0 && reads.done === reads.count, WAIT).toBe(true);
  return {
    live,
    reads,
    /** A listener hears notifications in their order, so it has heard all until now. */
    async untilHeard() {
      const mark = randomUUID();
      await farm.sql`select pg_notify('mark', ${mark})`;
      await expect.poll(() => marks, WAIT).toContain(mark);
    },
  };
}

test('the end of a stop is read at once by the API that waits for it', async () => {
  const [waiting, idle] = [await openFeeds(), await openFeeds()];
  const { job } = await farm.submit('Stops');
  const attempt = await farm.worker.claim();
  const watch = waiting.live.watchJob(job.id);
  expectDone(await cancelJob(farm.context, { id: job.id, reason: null }));
  for (const { untilHeard } of [waiting, idle]) await untilHeard();
  const before = [waiting.reads.count, idle.reads.count] as const;
  const { reports } = farm.worker;
  expectDone(await acknowledgeStop(farm.worker.context, { attempt, reports }));
  await expect.poll(() => waiting.reads.done, WAIT).toBeGreaterThan(before[0]);
  await idle.untilHeard();
  expect(idle.reads.count).toBe(before[1]);
  watch.stop();
});

test('the end of another stop is not read, that of an older worker only by a wait', async () => {
  const { reads, live, untilHeard } = await openFeeds();
  const tell = async (payload: string) => {
    await farm.sql`select pg_notify(${STOPS_CHANNEL}, ${payload})`;
  };
  const before = reads.done;
  await tell('another job');
  // An older worker sends no payload.
  await tell('');
  await untilHeard();
  expect(reads.count).toBe(before);
  const watch = live.watchJob('a job');
  await tell('');
  await expect.poll(() => reads.done, WAIT).toBe(before + 1);
  watch.stop();
  await tell('a job');
  await untilHeard();
  expect(reads.count).toBe(before + 1);
});
