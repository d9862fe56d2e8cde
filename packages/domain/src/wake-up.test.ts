import { expect, test } from 'vitest';
import { wakeUpDelayMs } from './wake-up.ts';

const delays = (idle: number) =>
  Array.from({ length: 1000 }, (_, at) => wakeUpDelayMs(at / 1000, idle));

test('on a small farm all hosts try at once', () => {
  for (const idle of [0, 1, 4]) expect(new Set(delays(idle))).toEqual(new Set([0]));
});

test('of many hosts four try at once, and four times as many after twice the time', () => {
  const tried = (beforeMs: number) => delays(1000).filter((delay) => delay < beforeMs).length;
  expect([1, 50, 100, 200, 400, 800].map(tried)).toEqual([4, 4, 16, 64, 256, 1000]);
});
