import { expect, it } from 'vitest';
import {
  binOfForecast,
  forecastError,
  keepErrors,
  rangeOfEmpty,
  rangeOfWait,
  sizeOfForecast,
  spanOfErrors,
  USUAL_SPAN,
} from './forecast-range.ts';

it.each([
  [0, 0],
  [299, 0],
  [300, 1],
  [1200, 2],
  [3600, 3],
  [10_800, 4],
  [1e6, 4],
])('a forecast of %d s has the size %d', (said, size) => {
  expect(sizeOfForecast(said)).toBe(size);
});

it('forecasts that are made while jobs come in have bins of their own', () => {
  expect([0, 300, 1e6].map((said) => binOfForecast(said, false))).toEqual([0, 1, 4]);
  expect([0, 300, 1e6].map((said) => binOfForecast(said, true))).toEqual([5, 6, 9]);
  const spans = new Map([[6, { low: 0, high: 0 }]]);
  expect(rangeOfWait(600, true, spans).toS).toBe(600);
  expect(rangeOfWait(600, false, spans).toS).toBeGreaterThan(600);
});

it('an error gives back the true wait, and a jump of the clock counts little', () => {
  const error = forecastError(600, 1200);
  expect(rangeOfWait(600, false, new Map([[1, { low: error, high: error }]]))).toEqual({
    fromS: expect.closeTo(1200, 6),
    toS: expect.closeTo(1200, 6),
  });
  expect(forecastError(600, 1e9)).toBe(3);
  expect(forecastError(1e9, -5)).toBe(-3);
});

it('with few errors the range is the usual one', () => {
  expect(spanOfErrors(Array.from({ length: 59 }, () => 0.1))).toEqual(USUAL_SPAN);
  const { fromS, toS } = rangeOfWait(3600, true, new Map());
  expect(fromS).toBeCloseTo(3780 * Math.exp(-0.45) - 180, 6);
  expect(toS).toBeCloseTo(3780 * Math.exp(0.45) - 180, 6);
});

it('the span is the shortest that holds 88 of 100 errors', () => {
  const errors = Array.from({ length: 100 }, (_, index) => (index < 12 ? 2 + index : index / 100));
  expect(spanOfErrors(errors)).toEqual({ low: 0.12, high: 0.99 });
  const outliers = Array.from({ length: 100 }, (_, index) => (index > 90 ? -index : index / 100));
  expect(spanOfErrors(outliers)).toEqual({ low: 0, high: 0.87 });
});

it('a range does not begin before now', () => {
  expect(rangeOfWait(0, true, new Map()).fromS).toBe(0);
  expect(rangeOfEmpty(60)).toEqual({ fromS: 0, toS: 258 });
  expect(rangeOfEmpty(3600)).toEqual({ fromS: 2340, toS: 4860 });
});

it('the last 2,000 errors are kept', () => {
  const kept = keepErrors(
    Array.from({ length: 1999 }, () => 0),
    [1, 2, 3],
  );
  expect(kept).toHaveLength(2000);
  expect(kept.slice(-4)).toEqual([0, 1, 2, 3]);
});
