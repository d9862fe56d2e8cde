/*
 * A client that resumes from an old cursor reads page by page, and few clients read at a time.
 * It still gets every change once and in order, in whatever order transactions commit.
 */
import type { WireJobChange } from '@renderdeck/contract';
import { readJobChanges } from '@renderdeck/operations';
import { pruneOldChanges } from '@renderdeck/operations/extras';
import { holdOpen } from '@renderdeck/testing/race';
import { beforeAll, expect, test } from 'vitest';
import type { Frame } from '../../src/live/job-stream.ts';
import { farmOfFile, type TestFarm } from '../../testing/open-farm.ts';
import { openCountedFeeds } from './open-counted-feeds.ts';

const CHANGES = 1050;
const PAGE = 100;
const never = () => new AbortController().signal;

const farm = farmOfFile();
let id: string;
let since: string;
beforeAll(async () => {
  id = (await farm.submit('Changes much')).job.id;
});

/** The job changes many times after `since`; returns its last version. */
async function changeMuch(): Promise<number> {
  since = (await readJobChanges(farm, { cursor: null })).cursor;
  return await write(farm.sql, CHANGES);
}
async function write(sql: TestFarm['sql'], count: number): Promise<number> {
  await sql`INSERT INTO job_changes (job_id, version, event, status_before, status_after, actor)
    SELECT id, version + n, 'setPriority', 'QUEUED', 'QUEUED', 'test'
    FROM jobs, generate_series(1, ${count}::int) n WHERE id = ${id} ORDER BY n`;
  const [job] = await sql<
    { version: number }[]
  >`UPDATE jobs SET version = version + ${count} WHERE id = ${id} RETURNING version`;
  return job?.version ?? 0;
}

type Event = Exclude<Frame['event'], { type: 'changes' }> | ChangeEvent;
type ChangeEvent = WireJobChange & { readonly type: 'change' };
type Taken = { readonly cursor: string; readonly event: Event };

/** The next events, until there are so many; each change of a frame is one. */
async function take(frames: AsyncGenerator<Frame>, count: number): Promise<Taken[]> {
  const taken: Taken[] = [];
  while (taken.length < count) {
    const { value, done } = await frames.next();
    if (done === true) break;
    const { cursor, event } = value;
    if (event.type !== 'changes') taken.push({ cursor, event });
    else
      for (const change of event.changes)
        taken.push({ cursor, event: { type: 'change', ...change } });
  }
  return taken;
}
const versionsOf = (taken: readonly Taken[]) =>
  taken.flatMap(({ event }) => (event.type === 'change' ? [event.version] : []));
const from = (first: number, count: number) =>
  Array.from({ length: count }, (_, index) => first + index);

test('a page is read when the last one was taken; only the end moves the cursor', async () => {
  const last = await changeMuch();
  const { live, reads } = openCountedFeeds(farm.db);
  const frames = live.followJobs(since, never());
  const page = await take(frames, 1 + PAGE);
  expect(reads.count).toBe(1);
  const rest = await take(frames, CHANGES - PAGE);
  expect(reads.count).toBe(Math.ceil(CHANGES / PAGE));
  expect(page[0]).toMatchObject({
    cursor: since,
    event: { type: 'alive', gap: false, missed: CHANGES },
  });
  expect(versionsOf([...page, ...rest])).toEqual(from(last - CHANGES + 1, CHANGES));
  const end = rest.at(-1)?.cursor ?? '';
  const cursors = [...page, ...rest].map(({ cursor }) => cursor);
  expect(new Set(cursors)).toEqual(new Set([since, end]));
  expect(cursors.indexOf(end)).toBeGreaterThan(CHANGES - PAGE);
  const again = await readJobChanges(farm, { cursor: end });
  expect(again).toMatchObject({ gap: false, changes: [] });
  await frames.return(undefined);
});

test('a change that commits during a catch-up comes once and after it', async () => {
  const late = (await farm.submit('Commits late')).job.id;
  const last = await changeMuch();
  const { live, reads } = openCountedFeeds(farm.db);
  live.pollChanges();
  await expect.poll(() => reads.done).toBe(1);
  const slow = await holdOpen(farm.db, (tx) =>
    tx.execute(
      `INSERT INTO job_changes (job_id, version, event, status_before, status_after, actor)
      VALUES ('${late}', 2, 'setPriority', 'QUEUED', 'QUEUED', 'slow')`,
    ),
  );
  const more = await write(farm.sql, PAGE);
  const frames = live.followJobs(since, never());
  const page = await take(frames, 1 + PAGE);
  await slow.commit();
  live.pollChanges();
  const rest = await take(frames, CHANGES + 1);
  expect(rest.at(-1)).toMatchObject({ event: { type: 'alive', missed: 0 } });
  expect(versionsOf([...page, ...rest])).toEqual(from(last - CHANGES + 1, CHANGES + PAGE));
  expect(more).toBe(last + PAGE);
  await expect.poll(() => reads.done).toBe(reads.count);
  await write(farm.sql, 1);
  live.pollChanges();
  const [after, next] = await take(frames, 2);
  expect(after).toMatchObject({ event: { type: 'change', actor: 'slow', version: 2 } });
  expect(next).toMatchObject({ event: { type: 'change', version: more + 1 } });
  await frames.return(undefined);
});

test('a job never goes back: a late page shows it as it is now', async () => {
  await changeMuch();
  const { live, reads } = openCountedFeeds(farm.db);
  live.pollChanges();
  await expect.poll(() => reads.done).toBe(1);
  const frames = live.followJobs(since, never());
  const page = await take(frames, 1 + PAGE);
  // The client gets this change while it reads the first page, but takes it after the last one.
  await write(farm.sql, 1);
  live.pollChanges();
  await expect.poll(() => reads.done).toBe(reads.count);
  const last = await write(farm.sql, 1);
  const rest = await take(frames, CHANGES - PAGE + 2);
  const jobs = [...page, ...rest].flatMap(({ event }) =>
    event.type === 'change' ? [event.job.version] : [],
  );
  expect(jobs).toEqual(jobs.toSorted((a, b) => a - b));
  expect(versionsOf(rest).at(-1)).toBe(last - 1);
  expect(jobs.at(-1)).toBe(last);
  await frames.return(undefined);
});

test('of many clients that resume at once three read at a time, and each gets all', async () => {
  const last = await changeMuch();
  const { live, reads } = openCountedFeeds(farm.db);
  const clients = Array.from({ length: 20 }, async () => {
    const frames = live.followJobs(since, never());
    const taken = await take(frames, 1 + CHANGES);
    await frames.return(undefined);
    return versionsOf(taken).at(-1);
  });
  expect(new Set(await Promise.all(clients))).toEqual(new Set([last]));
  expect(reads.most).toBe(3);
}, 180_000);

test('changes that are pruned during a catch-up are a gap; the stream goes on', async () => {
  await changeMuch();
  const { live, reads } = openCountedFeeds(farm.db);
  live.pollChanges();
  await expect.poll(() => reads.done).toBe(1);
  const frames = live.followJobs(since, never());
  await take(frames, 1 + PAGE);
  await farm.sql`UPDATE job_changes SET at = at - interval '2 days'`;
  // A transaction of any database of this server, as of another test, holds up the pruning.
  const prune = async () => {
    await pruneOldChanges(farm, { olderThanMs: 86_400_000 });
    return await farm.sql`SELECT id FROM job_changes LIMIT 1`;
  };
  await expect.poll(prune).toEqual([]);
  const [gap] = await take(frames, 1);
  expect(gap).toMatchObject({ event: { type: 'alive', gap: true } });
  const news = async () => {
    const { id } = (await farm.submit('After the gap')).job;
    live.pollChanges();
    let event = (await take(frames, 1))[0]?.event;
    // The stream says between them that it is alive.
    while (event?.type === 'alive' && !event.gap) event = (await take(frames, 1))[0]?.event;
    return { id, event };
  };
  let { id, event } = await news();
  // Where a transaction of another database was open, the poll may have been before the pruning
  // too: one more gap, and then the changes.
  if (event?.type === 'alive') ({ id, event } = await news());
  expect(event).toMatchObject({ type: 'change', event: 'submit', job: { id } });
  await frames.return(undefined);
});

test('a client that has seen all batches reads nothing itself, whatever else commits', async () => {
  const { live, reads } = openCountedFeeds(farm.db);
  const poll = async () => {
    const before = reads.done;
    live.pollChanges();
    await expect.poll(() => reads.done).toBe(before + 1);
  };
  await poll();
  // It changes no job, but it is in the cursors until it ends.
  const other = await holdOpen(farm.db, (tx) => tx.execute('SELECT pg_current_xact_id()'));
  await write(farm.sql, 1);
  const frames = live.followJobs(null, never());
  expect(await take(frames, 1)).toMatchObject([{ event: { type: 'alive' } }]);
  const caughtUp = reads.count;
  await other.commit();
  // This batch has only what the client has read.
  await poll();
  await write(farm.sql, 1);
  await poll();
  expect(await take(frames, 1)).toMatchObject([{ event: { type: 'change' } }]);
  await poll();
  await write(farm.sql, 1);
  await poll();
  expect(await take(frames, 1)).toMatchObject([{ event: { type: 'change' } }]);
  expect(reads.count).toBe(caughtUp + 4);
  await frames.return(undefined);
});
