import { expect, test } from 'vitest';
import { createLogStream } from './log-stream.ts';

/** Opens a log stream and its followers. Each follower waits with `next` and counts its hints. */
function open() {
  const jobs = new Map<string, () => void>();
  const logs = createLogStream({
    subscribeToJob(jobId, listener) {
      jobs.set(jobId, listener);
      return () => void jobs.delete(jobId);
    },
  });
  return {
    logs,
    jobs,
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
  const { logs, follow } = open();
  const [own, other, notBegun] = [
    follow('job-1', 'attempt-1'),
    follow('job-2', 'attempt-2'),
    follow('job-3', null),
  ];
  for (const follower of [own, other, notBegun]) await follower.next();
  const next = [own, other, notBegun].map((follower) => follower.next());
  logs.notify('attempt-1');
  expect(await next[0]).toBe(true);
  expect([own, other, notBegun].map(({ hints, waits }) => [hints(), waits()])).toEqual([
    [2, false],
    [1, true],
    [1, true],
  ]);
  logs.stop();
  expect(await Promise.all(next)).toEqual([true, false, false]);
});

test('notifications before a follower reads count as one hint and do not end it', async () => {
  const { logs, follow } = open();
  const slow = follow('job-1', 'attempt-1');
  await slow.next();
  for (let count = 0; count < 5000; count += 1) logs.notify('attempt-1');
  expect(await slow.next()).toBe(true);
  const next = slow.next();
  slow.cut.abort();
  expect(await next).toBe(false);
  expect(slow.hints()).toBe(2);
});

test('a change of the job and a reconnect give a hint, but not after the abort', async () => {
  const { logs, jobs, follow } = open();
  const follower = follow('job-1', null);
  await follower.next();
  const changed = follower.next();
  jobs.get('job-1')?.();
  expect(await changed).toBe(true);
  const reconnected = follower.next();
  logs.notifyAll();
  expect(await reconnected).toBe(true);
  const last = follower.next();
  follower.cut.abort();
  expect(await last).toBe(false);
  expect(jobs.size).toBe(0);
});
