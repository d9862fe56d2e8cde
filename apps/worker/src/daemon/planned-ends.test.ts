import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { EndRequest } from './end-request.ts';
import { nextStop, planEnds } from './planned-ends.ts';

const EVERY_DAY = [0, 1, 2, 3, 4, 5, 6];
const SEVEN = { hour: 7, minute: 0, days: EVERY_DAY };
/** 2026-11-27 is a Friday. Local times, as the host sees them. */
const at = (day: number, hour: number, minute = 0) => new Date(2026, 10, day, hour, minute);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test.each([
  ['later today', at(27, 6, 59), SEVEN, at(27, 7)],
  ['exactly now: tomorrow', at(27, 7), SEVEN, at(28, 7)],
  ['the first of its days', at(27, 12), { ...SEVEN, days: [1, 3] }, at(30, 7)],
  ['a week later', at(27, 12), { ...SEVEN, days: [5] }, new Date(2026, 11, 4, 7)],
])('the time of day: %s', (_, now, stopAt, expected) => {
  expect(nextStop(stopAt, now)).toEqual(expected);
});

test('the daemon drains at the time of day, also after the clock was set', () => {
  vi.setSystemTime(at(27, 6));
  const end = new EndRequest();
  planEnds({ exitOnEmptyQueueMs: null, stopAt: SEVEN }, end);
  vi.advanceTimersByTime(30 * 60_000);
  expect(end.demand).toBe(null);
  vi.setSystemTime(at(27, 7));
  vi.advanceTimersByTime(5000);
  expect(end.demand).toBe('drain');
});

test('the daemon drains when the queue had no job for this long without a break', () => {
  const end = new EndRequest();
  const planned = planEnds({ exitOnEmptyQueueMs: 60_000, stopAt: null }, end);
  planned.foundNothing();
  vi.advanceTimersByTime(59_000);
  planned.foundNothing();
  planned.tookJob();
  planned.foundNothing();
  vi.advanceTimersByTime(59_000);
  planned.foundNothing();
  expect(end.demand).toBe(null);
  vi.advanceTimersByTime(1000);
  planned.foundNothing();
  expect(end.demand).toBe('drain');
});

test('without the setting an empty queue ends nothing', () => {
  const end = new EndRequest();
  const planned = planEnds({ exitOnEmptyQueueMs: null, stopAt: null }, end);
  planned.foundNothing();
  vi.advanceTimersByTime(86_400_000);
  planned.foundNothing();
  expect(end.demand).toBe(null);
});
