import { expect, test } from 'vitest';
import { DELIVER_FOR_MS, decideAfterTry } from './webhook.ts';

const first = { tries: 1, leftMs: DELIVER_FOR_MS, random: 0.5 };
const answered = (status: number | null, retryAfterMs: number | null = null) => ({
  status,
  retryAfterMs,
});

test.each([200, 202, 299])('a message with the answer %s counts as delivered', (status) => {
  expect(decideAfterTry(answered(status), first)).toEqual({ state: 'delivered' });
});

test.each([null, 199, 301, 307, 400, 404, 429, 500])(
  'after %s the message is sent again later',
  (status) => {
    expect(decideAfterTry(answered(status), first)).toEqual({
      state: 'waiting',
      delayMs: 5000,
      pauseMs: 0,
    });
  },
);

test('an answer 410 gives the message up and disables the webhook', () => {
  expect(decideAfterTry(answered(410), first)).toEqual({ state: 'givenUp', disable: true });
});

test('the time between tries grows to about an hour, and the tries go on for a day', () => {
  const times: number[] = [];
  let at = 0;
  for (let tries = 1; tries < 100; tries += 1) {
    const next = decideAfterTry(answered(500), { tries, leftMs: DELIVER_FOR_MS - at, random: 0.5 });
    if (next.state !== 'waiting') break;
    at += next.delayMs;
    times.push(Math.round(next.delayMs / 1000));
  }
  expect(times.slice(0, 8)).toEqual([5, 15, 45, 135, 405, 1215, 3600, 3600]);
  expect(times.length).toBe(29);
  expect(at).toBeLessThanOrEqual(DELIVER_FOR_MS);
});

test('jitter changes the delay of a try by at most a quarter', () => {
  const delays = [0, 1].map((random) => decideAfterTry(answered(null), { ...first, random }));
  expect(delays).toEqual([
    { state: 'waiting', delayMs: 3750, pauseMs: 0 },
    { state: 'waiting', delayMs: 6250, pauseMs: 0 },
  ]);
});

test('an address that asks for a wait gets no message sooner, up to an hour', () => {
  const waits = (seconds: number, leftMs = DELIVER_FOR_MS) =>
    decideAfterTry(answered(429, seconds * 1000), { ...first, leftMs });
  expect(waits(1)).toEqual({ state: 'waiting', delayMs: 5000, pauseMs: 1000 });
  expect(waits(30)).toEqual({ state: 'waiting', delayMs: 30_000, pauseMs: 30_000 });
  expect(waits(86_400)).toEqual({ state: 'waiting', delayMs: 3_600_000, pauseMs: 3_600_000 });
  expect(waits(30, 20_000)).toEqual({ state: 'givenUp', disable: false });
});
