import { expect, test } from 'vitest';
import { AT, lease } from '../test/a-job.ts';
import { isExpired, leaseEnd, renewEveryMs } from './lease.ts';

test('a lease lasts until its end, and not the instant of it', () => {
  expect(leaseEnd(AT, 30_000)).toEqual(lease.expiresAt);
  expect(
    [29_999, 30_000, 30_001].map((ms) => isExpired(lease, new Date(AT.getTime() + ms))),
  ).toEqual([false, true, true]);
});

test.each([
  [30_000, 5000],
  [15_000, 5000],
  [9000, 3000],
  [1000, 333],
])(
  'a lease of %d ms is renewed every %d ms: three times within it, every 5 s at the least',
  (leaseMs, everyMs) => {
    expect(renewEveryMs(leaseMs)).toBe(everyMs);
  },
);
