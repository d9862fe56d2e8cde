/* The duration that the forecast takes for a waiting job, and for the rest of a running one. */
import type { RenderPace } from '@renderdeck/domain';
import type { FarmNow, HeldSlot, PaceNumber } from '@renderdeck/store/extras';
import { expect, test } from 'vitest';
import { forecastFarm } from './forecast-farm.ts';

const MINUTE_MS = 60_000;
const pace = (renders: number, minutes: number): RenderPace => ({
  ...{ renders, meanMs: minutes * MINUTE_MS },
  ...{ logMean: Math.log(minutes * MINUTE_MS), logVar: 0.04 },
});
const held = (change: Partial<HeldSlot>): HeldSlot => ({
  ...{ host: 'ae-01', pace: null, elapsedMs: 0, leftMs: null, isStopping: false },
  ...change,
});
const farm = (change: Partial<FarmNow>): FarmNow => ({
  ...{ at: new Date(), isFilling: false, held: [], first: [] },
  hosts: [{ name: 'ae-01', slots: 1, tags: [] }],
  ...change,
});
/** In minutes: when the first waiting job starts, or null. */
const startOf = (now: Partial<FarmNow>, paces: [PaceNumber, RenderPace][] = []) => {
  const [set] = forecastFarm(farm(now), [], new Map(paces)).sets;
  const start = set?.starts.at(-1);
  return start == null ? null : Math.round(start / 60);
};

test('a slot is free when its job is done: by its frames, its template, or the farm', () => {
  const measured: [PaceNumber, RenderPace][] = [
    [null, pace(50, 30)],
    ['7', pace(9, 12)],
  ];
  const freeIn = (slot: Partial<HeldSlot>) => startOf({ held: [held(slot)] }, measured);
  expect(freeIn({ leftMs: 4 * MINUTE_MS, pace: '7' })).toBe(4);
  expect(freeIn({ leftMs: -1 })).toBe(0);
  expect(freeIn({ pace: '7' })).toBe(12);
  expect(freeIn({ elapsedMs: 10 * MINUTE_MS })).toBe(20);
  expect(freeIn({ isStopping: true, pace: '7' })).toBe(0);
});

test('a job of a new template counts as a usual one; behind many of them no start is known', () => {
  const waiting = (...paces: PaceNumber[]) =>
    paces.map((of, index) => ({ id: String(index), key: '1', tags: '', pace: of }));
  const measured: [PaceNumber, RenderPace][] = [
    [null, pace(50, 30)],
    ['7', pace(9, 12)],
    ['8', pace(2, 12)],
  ];
  expect(startOf({ first: waiting('7', '7') }, measured)).toBe(24);
  expect(startOf({ first: waiting('7', null) }, measured)).toBe(42);
  expect(startOf({ first: waiting('7', '8') }, measured)).toBeNull();
  expect(startOf({ first: waiting('9') }, measured)).toBeNull();
  // On a farm without a measured render, every job is new.
  expect(startOf({ first: waiting(null) })).toBeNull();
  expect(startOf({ held: [held({})] })).toBeNull();
});
