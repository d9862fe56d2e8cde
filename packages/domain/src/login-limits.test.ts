import { expect, it } from 'vitest';
import { LOGIN_LIMITS, type Pair, takeFrom, tryPair } from './login-limits.ts';

const QUIET = { guesses: 0, isKnown: false };

it('both allowances together give at most ten tries in any minute', () => {
  const times: number[] = [];
  const until = { address: 0, reserve: 0 };
  for (let now = 0; now < 600_000; now += 500)
    for (const which of ['address', 'reserve'] as const) {
      let taken = takeFrom(LOGIN_LIMITS[which], until[which], now);
      for (; taken.waitMs === 0; taken = takeFrom(LOGIN_LIMITS[which], until[which], now)) {
        until[which] = taken.takenUntil;
        times.push(now);
      }
      expect(taken.takenUntil).toBe(until[which]);
    }
  const most = Math.max(
    ...times.map((from) => times.filter((time) => time >= from && time <= from + 60_000).length),
  );
  expect(most).toBe(10);
});

it('an allowance says how long the next try must wait', () => {
  expect(takeFrom({ atOnce: 1, everyMs: 100 }, 1090, 1000)).toEqual({
    waitMs: 90,
    takenUntil: 1090,
  });
});

/** The waits, in seconds, of a pair that tries again as soon as it may. */
function waits(count: number, pressure: { guesses: number; isKnown: boolean }): number[] {
  let now = 0;
  let pair: Pair | null = null;
  const seen: number[] = [];
  for (let tries = 0; tries < count; tries += 1) {
    const asked = tryPair(pair, pressure, now);
    now += asked.waitMs;
    const tried = asked.waitMs === 0 ? asked : tryPair(asked.pair, pressure, now);
    pair = tried.pair;
    seen.push(asked.waitMs / 1000);
  }
  return seen;
}

it('a pair waits longer after each wrong password, but a known pair at most a minute', () => {
  expect(waits(14, QUIET)).toEqual([0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300]);
  expect(waits(13, { ...QUIET, isKnown: true })).toEqual([
    0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60,
  ]);
});

it('guesses at a name slow down new addresses from their first try, known ones never', () => {
  expect(waits(3, { guesses: 9, isKnown: false })).toEqual([0, 0, 0]);
  expect(waits(4, { guesses: 10, isKnown: false })).toEqual([1, 2, 4, 8]);
  expect(waits(7, { guesses: 1_000_000, isKnown: false })).toEqual([8, 16, 32, 64, 128, 256, 300]);
  expect(waits(4, { guesses: 1_000_000, isKnown: true })).toEqual([0, 0, 0, 0]);
});

it('further guesses do not extend a first wait', () => {
  const { pair } = tryPair(null, { guesses: 20, isKnown: false }, 0);
  expect(tryPair(pair, { guesses: 500, isKnown: false }, 1500).waitMs).toBe(500);
  expect(tryPair(pair, { guesses: 500, isKnown: false }, 2000).waitMs).toBe(0);
});
