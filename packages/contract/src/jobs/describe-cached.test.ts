import { expect, it } from 'vitest';
import { describeCached } from './describe-cached.ts';

it.each([
  [null, null],
  [{ sources: 0, cached: 0, bytes: 0 }, null],
  [{ sources: 1, cached: 0, bytes: 0 }, '0 of 1 source from the cache'],
  [{ sources: 7, cached: 3, bytes: 1_200_000_000 }, '3 of 7 sources from the cache, 1.2 GB'],
])('%j: %s', (cachedSources, said) => {
  expect(describeCached(cachedSources)).toBe(said);
});
