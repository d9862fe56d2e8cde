import { expect, it } from 'vitest';
import { meanLeftMs, type RenderPace, rangeLeft } from './render-pace.ts';

const MINUTE = 60_000;
const pace = (known: Partial<RenderPace> = {}): RenderPace => ({
  renders: 50,
  meanMs: 10 * MINUTE,
  logMean: Math.log(9.5 * MINUTE),
  logVar: 0.1,
  ...known,
});

it('a render that has not begun takes the mean', () => {
  expect(meanLeftMs(pace(), 0)).toBe(10 * MINUTE);
});

it('the longer a render runs, the later its expected end is', () => {
  const ends = [1, 5, 9, 12, 20, 60].map((at) => at + meanLeftMs(pace(), at * MINUTE) / MINUTE);
  expect(ends).toEqual(ends.toSorted((one, other) => one - other));
  expect(ends[0]).toBeCloseTo(10, 0);
  expect(ends.at(-1)).toBeGreaterThan(62);
});

it('the range of a duration holds 88 of 100 renders of its distribution', () => {
  const { fromMs, medianMs, toMs } = rangeLeft(pace({ renders: 1e9 }), 0);
  const deviations = [fromMs, medianMs, toMs].map(
    (ms) => (Math.log(ms) - pace().logMean) / Math.sqrt(0.1),
  );
  expect(deviations[0]).toBeCloseTo(-1.6, 0);
  expect(deviations[1]).toBeCloseTo(0, 5);
  expect(deviations[2]).toBeCloseTo(1.6, 0);
});

it('few renders make the range wider, equal renders never make it empty', () => {
  const width = (known: Partial<RenderPace>) => {
    const { fromMs, toMs } = rangeLeft(pace(known), 0);
    return toMs - fromMs;
  };
  expect(width({ renders: 3 })).toBeGreaterThan(1.1 * width({ renders: 50 }));
  expect(width({ logVar: 0 })).toBeGreaterThan(MINUTE);
});

it('a render that takes far longer than all others has no time left', () => {
  const slow = rangeLeft(pace(), 12 * MINUTE);
  expect(slow.fromMs).toBeGreaterThanOrEqual(0);
  expect(slow.toMs).toBeGreaterThan(slow.medianMs);
  expect(rangeLeft(pace(), 600 * MINUTE)).toEqual({ fromMs: 0, medianMs: 0, toMs: 0 });
});
