/*
 * Changes that are read together are sent in few frames. Each holds little, and every client gets
 * the same lists, so that their text is made once.
 */
import type { WireJobChange } from '@renderdeck/contract';
import { textOfChanges } from '@renderdeck/contract/router';
import { expect, test } from 'vitest';
import type { Frame } from '../../src/live/job-stream.ts';
import { farmOfFile } from '../../testing/open-farm.ts';
import { openCountedFeeds } from './open-counted-feeds.ts';

const CHANGES = 400;
const MOST_CHARS = 128 * 1024;

const farm = farmOfFile();

/** A job with a failure of that length changes many times at once. Gives its last version. */
async function changeAtOnce(length: number, changes: number): Promise<number> {
  const { id } = (await farm.submit('Changes')).job;
  await farm.sql.begin(async (tx) => {
    await tx`UPDATE jobs SET failure = repeat('x', ${length}), version = 1 + ${changes}::int
      WHERE id = ${id}`;
    await tx`INSERT INTO job_changes (job_id, version, event, status_before, status_after, actor)
      SELECT ${id}, 1 + n, 'setPriority', 'QUEUED', 'QUEUED', 'test'
      FROM generate_series(1, ${changes}::int) n ORDER BY n`;
  });
  return 1 + changes;
}

type ChangesFrame = { readonly cursor: string; readonly changes: readonly WireJobChange[] };

/** The next frames of changes, until one has that version. */
async function takeUntil(frames: AsyncGenerator<Frame>, version: number): Promise<ChangesFrame[]> {
  const taken: ChangesFrame[] = [];
  while (taken.at(-1)?.changes.at(-1)?.version !== version) {
    const { value, done } = await frames.next();
    if (done === true) throw new Error('The stream has ended.');
    const { cursor, event } = value;
    if (event.type === 'changes') taken.push({ cursor, changes: event.changes });
  }
  return taken;
}

/** Two clients that follow from now on, behind a first poll. */
async function followTwice() {
  const { live, reads } = openCountedFeeds(farm.db);
  live.pollChanges();
  await expect.poll(() => reads.done > 0 && reads.done === reads.count).toBe(true);
  const clients = [1, 2].map(() => live.followJobs(null, new AbortController().signal));
  const begun = await Promise.all(clients.map((frames) => frames.next()));
  expect(begun).toMatchObject([1, 2].map(() => ({ value: { event: { type: 'alive' } } })));
  return {
    live,
    take: (version: number) => Promise.all(clients.map((frames) => takeUntil(frames, version))),
    end: () => Promise.all(clients.map((frames) => frames.return(undefined))),
  };
}

test('changes of one poll come in few frames; the last of them moves the cursor', async () => {
  const { live, take, end } = await followTwice();
  const last = await changeAtOnce(1000, CHANGES);
  live.pollChanges();
  const [frames = []] = await take(last);
  const changes = frames.flatMap((frame) => frame.changes);
  expect(changes.map(({ version }) => version)).toEqual(
    Array.from({ length: last }, (_, index) => index + 1),
  );
  const lengths = frames.map((frame) => textOfChanges(frame.changes).length);
  // Brackets and commas are not counted.
  expect(Math.max(...lengths)).toBeLessThan(MOST_CHARS + CHANGES);
  expect(Math.min(...lengths.slice(0, -1))).toBeGreaterThan(MOST_CHARS * 0.9);
  expect(frames.length).toBeGreaterThan(3);
  const cursors = frames.map(({ cursor }) => cursor);
  expect(new Set(cursors.slice(0, -1)).size).toBe(1);
  expect(cursors.at(-1)).not.toBe(cursors[0]);
  await end();
});

test('a change that is longer than a frame has one of its own', async () => {
  const { live, take, end } = await followTwice();
  const last = await changeAtOnce(MOST_CHARS, 2);
  live.pollChanges();
  const [frames = []] = await take(last);
  expect(frames.map(({ changes }) => changes.length)).toEqual([1, 1, 1]);
  await end();
});

test('clients that have seen all before a poll get the same lists', async () => {
  const { live, take, end } = await followTwice();
  // The first poll after they came may have begun before; each then has a list of its own.
  const before = await changeAtOnce(1, 1);
  live.pollChanges();
  await take(before);
  const last = await changeAtOnce(1000, CHANGES);
  live.pollChanges();
  const [first = [], second = []] = await take(last);
  expect(first.length).toBeGreaterThan(3);
  for (const [index, { changes }] of first.entries()) expect(second[index]?.changes).toBe(changes);
  await end();
});
