import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { pollWhileFollowed } from './poll-while-followed.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A feed whose reads are counted by the time at which they begin, from now. */
function open(unfollowed: 'slowly' | 'never', restTimes = 0) {
  const beganAt = performance.now();
  const feed = { followers: 0, finds: false, takesMs: 0, fails: false };
  const reads: number[] = [];
  const errors: unknown[] = [];
  const polling = pollWhileFollowed(
    async () => {
      reads.push(performance.now() - beganAt);
      if (feed.takesMs > 0) await new Promise((resolve) => setTimeout(resolve, feed.takesMs));
      if (feed.fails) throw new Error('away');
      return feed.finds;
    },
    { isFollowed: () => feed.followers > 0, unfollowed, restTimes },
    (error) => errors.push(error),
  );
  return { feed, reads, errors, polling };
}

test('nobody follows: it reads every three seconds, or never', async () => {
  const [slow, never] = [open('slowly'), open('never')];
  await vi.advanceTimersByTimeAsync(9500);
  expect(slow.reads).toEqual([3000, 6000, 9000]);
  expect(never.reads).toEqual([]);
  slow.polling.stop();
});

test('somebody follows: the next read comes soon, and more often while it finds more', async () => {
  for (const unfollowed of ['slowly', 'never'] as const) {
    const { feed, reads, polling } = open(unfollowed);
    await vi.advanceTimersByTimeAsync(1000);
    feed.followers = 1;
    polling.followed();
    await vi.advanceTimersByTimeAsync(550);
    expect(reads).toEqual([1250, 1500]);
    feed.finds = true;
    await vi.advanceTimersByTimeAsync(500);
    expect(reads.slice(2)).toEqual([1750, 1850, 1950, 2050]);
    feed.followers = 0;
    await vi.advanceTimersByTimeAsync(3000);
    expect(reads.slice(6)).toEqual([2150]);
    polling.stop();
  }
});

test('a follower that comes does not delay a read that comes sooner', async () => {
  const { feed, reads, polling } = open('slowly');
  feed.followers = 1;
  await vi.advanceTimersByTimeAsync(2950);
  for (let more = 0; more < 3; more += 1) polling.followed();
  await vi.advanceTimersByTimeAsync(60);
  expect(reads).toEqual([3000]);
  polling.stop();
});

test('a read can be asked for at any time, and many at once are two', async () => {
  const { reads, polling } = open('slowly');
  for (let asked = 0; asked < 50; asked += 1) polling.poll();
  await vi.advanceTimersByTimeAsync(3005);
  expect(reads).toEqual([0, 10]);
  await vi.advanceTimersByTimeAsync(10);
  expect(reads).toEqual([0, 10, 3010]);
  polling.stop();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(reads).toHaveLength(3);
});

test('a slow read is followed by a pause that fits, and the pause has an end', async () => {
  const { feed, reads, polling } = open('never', 4);
  Object.assign(feed, { followers: 1, takesMs: 100 });
  polling.poll();
  await vi.advanceTimersByTimeAsync(501);
  expect(reads).toEqual([0, 500]);
  feed.takesMs = 60_000;
  await vi.advanceTimersByTimeAsync(500 + 60_000 + 3000);
  expect(reads).toEqual([0, 500, 1000, 64_000]);
  polling.stop();
});

test('after a read that failed it reads on', async () => {
  const { feed, reads, errors, polling } = open('slowly');
  Object.assign(feed, { followers: 1, fails: true });
  polling.poll();
  await vi.advanceTimersByTimeAsync(510);
  expect(reads).toEqual([0, 250, 500]);
  expect(errors).toHaveLength(3);
  polling.stop();
});
