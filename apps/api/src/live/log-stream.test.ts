import { expect, test } from 'vitest';
import { createLogStream } from './log-stream.ts';

/**
 * Opens a log stream and its followers. Each follower waits with `next` and counts its hints.
 * `lines` is how many lines each attempt has, and `reads` which attempts each read asked for.
 */
function open() {
  const jobs = new Map<string, () => void>();
  const lines = new Map<string, number>();
  const reads: (readonly string[])[] = [];
  const logs = createLogStream(
    {
      subscribeToJob(jobId, listener) {
        jobs.set(jobId, listener);
        return () => void jobs.delete(jobId);
      },
    },
    async (attemptIds) => {
      reads.push(attemptIds);
      return attemptIds.map((attemptId) => ({ attemptId, lastSeq: lines.get(attemptId) ?? null }));
    },
    (error) => {
      throw error;
    },
  );
  return {
    logs,
    jobs,
    lines,
    reads,
    /** Resolves after one more whole read. */
    async read() {
      const before = reads.length;
      await expect.poll(() => reads.length, { timeout: 30_000 }).toBeGreaterThan(before + 1);
    },
    follow(jobId: string, attemptId: string | null) {
      const cut = new AbortController();
      const hints = logs.follow(jobId, () => attemptId, cut.signal);
      let waiting = 0;
      let hintCount = 0;
      return {
        cut,
        hints: () => hintCount,
        /** Waits for one more hint. */
        next() {
          waiting += 1;
          return hints.next().then(({ done }) => {
            waiting -= 1;
            if (done !== true) hintCount += 1;
            return done !== true;
          });
        },
        waits: () => waiting > 0,
      };
    },
  };
}

test('new lines give a hint only to the followers of their attempt', async () => {
  const { logs, follow, lines, read } = open();
  const [own, other, notBegun] = [
    follow('job-1', 'attempt-1'),
    follow('job-2', 'attempt-2'),
    follow('job-3', null),
  ];
  for (const follower of [own, other, notBegun]) await follower.next();
  // The first read of an attempt gives a hint: lines may have come between the two reads.
  for (const follower of [own, other]) expect(await follower.next()).toBe(true);
  const next = [own, other, notBegun].map((follower) => follower.next());
  lines.set('attempt-1', 7);
  expect(await next[0]).toBe(true);
  await read();
  expect([own, other, notBegun].map(({ hints, waits }) => [hints(), waits()])).toEqual([
    [3, false],
    [2, true],
    [1, true],
  ]);
  logs.stop();
  expect(await Promise.all(next)).toEqual([true, false, false]);
});

test('lines before a follower reads count as one hint and do not end it', async () => {
  const { follow, lines, read } = open();
  const slow = follow('job-1', 'attempt-1');
  await slow.next();
  for (let count = 1; count <= 3; count += 1) {
    lines.set('attempt-1', count);
    await read();
  }
  expect(await slow.next()).toBe(true);
  const next = slow.next();
  slow.cut.abort();
  expect(await next).toBe(false);
  expect(slow.hints()).toBe(2);
});

test('a log that a failover made shorter gives a hint, too', async () => {
  const { logs, follow, lines } = open();
  lines.set('attempt-1', 9);
  const follower = follow('job-1', 'attempt-1');
  for (let hints = 1; hints <= 2; hints += 1) await follower.next();
  const next = follower.next();
  lines.set('attempt-1', 4);
  expect(await next).toBe(true);
  logs.stop();
});

test('followers of one attempt share its read, and without followers nothing is read', async () => {
  const { follow, reads, read } = open();
  const followers = [follow('job-1', 'attempt-1'), follow('job-1', 'attempt-1')];
  for (const { next } of followers) await next();
  await read();
  expect(reads.at(-1)).toEqual(['attempt-1']);
  const waiting = followers.map(({ next }) => next());
  for (const { cut } of followers) cut.abort();
  await Promise.all(waiting);
  await Promise.all(followers.map(({ next }) => next()));
  const before = reads.length;
  const late = follow('job-2', 'attempt-2');
  await late.next();
  expect(await late.next()).toBe(true);
  expect(reads.slice(before)).toEqual([['attempt-2']]);
  late.cut.abort();
});

test('a change of the job gives a hint, but not after the abort', async () => {
  const { logs, jobs, follow } = open();
  const follower = follow('job-1', null);
  await follower.next();
  const changed = follower.next();
  jobs.get('job-1')?.();
  expect(await changed).toBe(true);
  const last = follower.next();
  follower.cut.abort();
  expect(await last).toBe(false);
  expect(jobs.size).toBe(0);
  logs.stop();
});
