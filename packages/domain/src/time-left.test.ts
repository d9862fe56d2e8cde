import { expect, it } from 'vitest';
import {
  estimateEnd,
  keepEnd,
  type Pace,
  stepTimeLeft,
  UNDER_TWO_MINUTES_MS,
} from './time-left.ts';

const MINUTE = 60_000;
const start = Date.UTC(2026, 10, 26, 2, 0);
const at = (minutes: number) => new Date(start + minutes * MINUTE);
const pace = (known: Partial<Pace>): Pace => ({
  percent: 0,
  frame: null,
  totalFrames: null,
  progressAt: at(10),
  startedAt: at(0),
  renderStartedAt: at(2),
  earlierMs: null,
  ...known,
});

it.each([
  ['below 5 percent', { percent: 4.9 }],
  ['before the render step', { percent: 50, renderStartedAt: null }],
  ['in its first minute', { percent: 50, renderStartedAt: at(9.1) }],
  ['without progress for a long time', { percent: 50, progressAt: at(7) }],
  ['after the last frame, without earlier runs', { percent: 100 }],
  [
    'after the last frame, when the earlier runs have been exceeded',
    { percent: 100, earlierMs: 9 * MINUTE },
  ],
  ['below 5 percent, with earlier runs', { percent: 2, earlierMs: 30 * MINUTE }],
])('no time is shown %s', (_when, known) => {
  expect(estimateEnd(pace(known), at(10))).toBeNull();
});

it('the rest of a render is expected to be as fast as the part that is done', () => {
  expect(estimateEnd(pace({ percent: 50 }), at(10))).toEqual(at(18));
});

it('the frames count more than the percentage', () => {
  const known = { percent: 10, frame: 40, totalFrames: 80 };
  expect(estimateEnd(pace(known), at(10))).toEqual(at(18));
  expect(estimateEnd(pace({ percent: 50, frame: 3, totalFrames: 0 }), at(10))).toEqual(at(18));
});

it('earlier runs count most at the start, and not after they are exceeded', () => {
  const early = pace({ percent: 10, earlierMs: 32 * MINUTE });
  expect(estimateEnd(early, at(10))).toEqual(at(82 * 0.1 + 32 * 0.9));
  expect(estimateEnd(pace({ percent: 50, earlierMs: 9 * MINUTE }), at(10))).toEqual(at(18));
  expect(estimateEnd(pace({ percent: 100, earlierMs: 12 * MINUTE }), at(10))).toEqual(at(12));
});

it('slow frames do not count as old progress', () => {
  const slow = pace({ percent: 50, frame: 4, totalFrames: 8, progressAt: at(6) });
  expect(estimateEnd(slow, at(9))).toEqual(at(10));
});

it('an estimate holds until a new one differs clearly', () => {
  expect(keepEnd(at(20), at(21), at(10))).toEqual(at(20));
  expect(keepEnd(at(20), at(40), at(10))).toEqual(at(40));
  expect(keepEnd(at(20), null, at(10))).toBeNull();
  expect(keepEnd(null, at(20), at(10))).toEqual(at(20));
});

it('uneven frames never make the shown time rise and fall', () => {
  let stored: Date | null = null;
  let percent = 0;
  const shown: number[] = [];
  for (let minute = 2; minute < 30; minute += 0.1) {
    const unevenness = 1 + 0.03 * Math.sin(minute * 40);
    percent = Math.max(percent, Math.min(99, ((minute - 1) / 30) * 100 * unevenness));
    const known = pace({ percent, progressAt: at(minute), renderStartedAt: at(1) });
    stored = keepEnd(stored, estimateEnd(known, at(minute)), at(minute));
    if (stored !== null) shown.push(stepTimeLeft(stored.getTime() - at(minute).getTime()));
  }
  const rises = shown.filter((left, index) => index > 0 && left > (shown[index - 1] ?? 0));
  expect(shown.length).toBeGreaterThan(200);
  expect(rises.length).toBeLessThanOrEqual(1);
});

it.each([
  [-3, UNDER_TWO_MINUTES_MS],
  [1.99, UNDER_TWO_MINUTES_MS],
  [2, 2 * MINUTE],
  [6.4, 6 * MINUTE],
  [9.9, 10 * MINUTE],
  [12.4, 10 * MINUTE],
  [12.6, 15 * MINUTE],
  [64, 65 * MINUTE],
])('%d min are shown as %d ms', (minutes, shown) => {
  expect(stepTimeLeft(minutes * MINUTE)).toBe(shown);
});
