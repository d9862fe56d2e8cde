import { expect, test } from 'vitest';
import { renewEveryMs } from './lease.ts';

test.each([
  [30_000, 5000],
  [15_000, 5000],
  [9000, 3000],
  [1000, 333],
])(
  'a lease of %d ms is renewed every %d ms: three times within it, and at least every 5 s',
  (leaseMs, everyMs) => {
    expect(renewEveryMs(leaseMs)).toBe(everyMs);
  },
);
