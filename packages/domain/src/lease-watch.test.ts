import { expect, it } from 'vitest';
import { type HeldLease, type LeaseWatch, timeBetweenLooks, watchLeases } from './lease-watch.ts';

const lease = (renewals: number, attemptId = 'a'): HeldLease => ({
  jobId: `job of ${attemptId}`,
  attemptId,
  renewals,
  leaseMs: 30_000,
});

/** Makes the looks one after another; gives for each look the attempts that it found lost. */
function look(...looks: (readonly [held: readonly HeldLease[], elapsedMs: number | null])[]) {
  let watch: LeaseWatch = new Map();
  return looks.map(([held, elapsedMs]) => {
    const seen = watchLeases(watch, held, elapsedMs);
    watch = seen.watch;
    return seen.lost.map(({ attemptId }) => attemptId);
  });
}

it('a lease is lost if it was seen without a renewal for longer than a whole lease', () => {
  expect(look([[lease(1)], 99_000], [[lease(1)], 30_000], [[lease(1)], 1])).toEqual([
    [],
    [],
    ['a'],
  ]);
});

it('a renewal starts a whole lease, even if the number falls after a promotion', () => {
  expect(
    look([[lease(7)], null], [[lease(7)], 29_000], [[lease(8)], 29_000], [[lease(3)], 29_000]),
  ).toEqual([[], [], [], []]);
});

it('after an outage, or if the recoverer stood still, each holder gets a whole lease again', () => {
  expect(
    look([[lease(1)], 0], [[lease(1)], 29_000], [[lease(1)], null], [[lease(1)], 29_000]),
  ).toEqual([[], [], [], []]);
});

it('each attempt is watched separately, and an attempt that is gone is forgotten', () => {
  expect(
    look(
      [[lease(1), lease(1, 'b')], 0],
      [[lease(1), lease(2, 'b')], 31_000],
      [[lease(2, 'b')], 31_000],
      [[lease(1)], 31_000],
    ),
  ).toEqual([[], ['a'], ['b'], []]);
});

it.each([
  ['no earlier look', null, [2000, 2001], null],
  ['two looks that were answered', [0, 1], [2001, 2002], 2000],
  ['an earlier look that failed', [0, null], [2001, 2002], null],
  ['an earlier look that was answered late', [0, 2001], [4001, 4002], null],
  ['a look that fails', [0, 1], [2001, null], null],
  ['a look that is answered late', [0, 1], [2001, 4002], null],
  ['a look three turns later', [0, 0], [6000, 6001], 6000],
  ['a look that comes much too late', [0, 0], [6001, 6001], null],
] as const)(
  'the time that counts against the holders with %s',
  (_what, last, [startedAt, answeredAt], elapsedMs) => {
    const before = last === null ? null : { startedAt: last[0], answeredAt: last[1] };
    expect(timeBetweenLooks(before, { startedAt, answeredAt }, 2000)).toBe(elapsedMs);
  },
);
