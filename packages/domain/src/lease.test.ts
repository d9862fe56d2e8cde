import { expect, test } from 'vitest';
import { renewEveryMs, reportEveryMs, soonMs } from './lease.ts';

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

test.each([
  [0, 1000],
  [166, 1000],
  [500, 3000],
  [1000, 6000],
  [5000, 10_000],
])('among %d hosts, a host reports every %d ms', (hosts, everyMs) => {
  expect(reportEveryMs(hosts)).toBe(everyMs);
});

test.each([
  [0, 5000, 5000],
  [500, 5000, 5000],
  [700, 7000, 7000],
  [2000, 20_000, 10_000],
  [9000, 30_000, 10_000],
])('among %d hosts, a host asks every %d ms, and renews 30 s every %d ms', (hosts, ms, renewMs) => {
  expect(soonMs(hosts)).toBe(ms);
  expect(renewEveryMs(30_000, hosts)).toBe(renewMs);
});
