import { expect, test } from 'vitest';
import { PartsSchedule } from './parts-schedule.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

test('parts that cannot be removed are tried after pauses that double, up to a day', () => {
  const schedule = new PartsSchedule();
  const pauses = Array.from({ length: 18 }, () => schedule.postpone('a', 0));
  expect(pauses.slice(0, 4)).toEqual([5000, 10_000, 20_000, 40_000]);
  expect(pauses.slice(-3)).toEqual([DAY_MS, DAY_MS, DAY_MS]);
  expect(schedule.isDue('a', DAY_MS - 1)).toBe(false);
  expect(schedule.isDue('a', DAY_MS)).toBe(true);
});

test('each attempt has its own pause, and an attempt without parts is forgotten', () => {
  const schedule = new PartsSchedule();
  schedule.postpone('a', 0);
  schedule.postpone('b', 0);
  expect(schedule.isDue('c', 0)).toBe(true);
  schedule.keep(new Set(['b']));
  expect(schedule.isDue('a', 0)).toBe(true);
  expect(schedule.postpone('a', 0)).toBe(5000);
  expect(schedule.postpone('b', 0)).toBe(10_000);
});
