import { aMoment } from '@renderdeck/testing/race';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createAccessCache } from '../../src/access-cache.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A cache, and how often it looked for a value. */
function aCache(mayCache = () => true) {
  const cache = createAccessCache<string>(mayCache);
  const looks: string[] = [];
  const get = (key: string) =>
    cache.get(key, async () => {
      looks.push(key);
      return `of ${key}`;
    });
  return { cache, get, looks };
}

test('a value is looked for once, and again after five seconds', async () => {
  const { get, looks } = aCache();
  expect([await get('ada'), await get('ada')]).toEqual(['of ada', 'of ada']);
  vi.advanceTimersByTime(4999);
  await get('ada');
  expect(looks).toEqual(['ada']);
  vi.advanceTimersByTime(1);
  await get('ada');
  expect(looks).toEqual(['ada', 'ada']);
});

test('a clock that is set back keeps no value longer', async () => {
  const { get, looks } = aCache();
  await get('ada');
  vi.setSystemTime(Date.now() - 3_600_000);
  vi.advanceTimersByTime(5000);
  await get('ada');
  expect(looks).toEqual(['ada', 'ada']);
});

test('guesses without end take no more memory than ten thousand of them', async () => {
  const { get, looks } = aCache();
  await get('ada');
  for (let guess = 0; guess <= 10_000; guess += 1) await get(`guess ${guess}`);
  looks.length = 0;
  await get('ada');
  expect(looks).toEqual(['ada']);
});

test('after access changed, each value is looked for again', async () => {
  const { cache, get, looks } = aCache();
  await get('ada');
  cache.clear();
  await get('ada');
  expect(looks).toEqual(['ada', 'ada']);
});

test('calls during a look share it; a failed look is not kept', async () => {
  const cache = createAccessCache<string>(() => true);
  const answered = aMoment();
  let looks = 0;
  const get = () =>
    cache.get('ada', async () => {
      looks += 1;
      await answered.come;
      if (looks === 1) throw new Error('no database');
      return 'of ada';
    });
  const both = Promise.allSettled([get(), get()]);
  answered.now();
  expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect([await Promise.all([get(), get()]), looks]).toEqual([['of ada', 'of ada'], 2]);
});

test('a look that began before access changed serves nobody who comes later', async () => {
  const cache = createAccessCache<string>(() => true);
  const answered = aMoment();
  const before = cache.get('ada', () => answered.come.then(() => 'old'));
  cache.clear();
  const after = cache.get('ada', async () => 'new');
  answered.now();
  expect([await before, await after]).toEqual(['old', 'new']);
  expect(await cache.get('ada', async () => 'newer')).toBe('new');
});

test('while a notification may be lost, each call looks for itself', async () => {
  const { get, looks } = aCache(() => false);
  await Promise.all([get('ada'), get('ada')]);
  expect(looks).toEqual(['ada', 'ada']);
});
