import { expect, test } from 'vitest';
import { logFollower } from './log-follower.ts';

/** A follower of a job's log; it looks when told, and counts. */
function open() {
  const jobs = new Map<string, () => void>();
  const logs = logFollower({
    hearJob(jobId, hear) {
      jobs.set(jobId, hear);
      return () => void jobs.delete(jobId);
    },
  });
  return {
    logs,
    jobs,
    follow(jobId: string, attemptId: string | null) {
      const cut = new AbortController();
      const looks = logs.follow(jobId, () => attemptId, cut.signal);
      let waiting = 0;
      let seen = 0;
      return {
        cut,
        seen: () => seen,
        /** Looks once more when there is reason to. */
        look() {
          waiting += 1;
          return looks.next().then(({ done }) => {
            waiting -= 1;
            if (done !== true) seen += 1;
            return done !== true;
          });
        },
        waits: () => waiting > 0,
      };
    },
  };
}

test('new lines are a look for those who follow their attempt, and none for the others', async () => {
  const { logs, follow } = open();
  const [own, other, notBegun] = [
    follow('job-1', 'attempt-1'),
    follow('job-2', 'attempt-2'),
    follow('job-3', null),
  ];
  for (const follower of [own, other, notBegun]) await follower.look();
  const next = [own, other, notBegun].map((follower) => follower.look());
  logs.wake('attempt-1');
  expect(await next[0]).toBe(true);
  expect([own, other, notBegun].map(({ seen, waits }) => [seen(), waits()])).toEqual([
    [2, false],
    [1, true],
    [1, true],
  ]);
  logs.stop();
  expect(await Promise.all(next)).toEqual([true, false, false]);
});

test('however many wakes come before a follower looks, it looks once, and is never cut off', async () => {
  const { logs, follow } = open();
  const slow = follow('job-1', 'attempt-1');
  await slow.look();
  for (let wake = 0; wake < 5000; wake += 1) logs.wake('attempt-1');
  expect(await slow.look()).toBe(true);
  const next = slow.look();
  slow.cut.abort();
  expect(await next).toBe(false);
  expect(slow.seen()).toBe(2);
});

test('a change of the job, and ears that were deaf for a while, are a look; who is gone hears of nothing', async () => {
  const { logs, jobs, follow } = open();
  const follower = follow('job-1', null);
  await follower.look();
  const changed = follower.look();
  jobs.get('job-1')?.();
  expect(await changed).toBe(true);
  const deaf = follower.look();
  logs.wakeAll();
  expect(await deaf).toBe(true);
  const last = follower.look();
  follower.cut.abort();
  expect(await last).toBe(false);
  expect(jobs.size).toBe(0);
});
