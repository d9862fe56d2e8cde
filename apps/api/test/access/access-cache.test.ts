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
