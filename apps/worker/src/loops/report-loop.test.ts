import { expect, test } from 'vitest';
import { restMs } from './report-loop.ts';

test('two slow answers in a row make the pause longer, a single one does not', () => {
  expect(restMs([0, 0])).toBe(0);
  expect(restMs([5, 3000])).toBe(45);
  expect(restMs([3000, 5])).toBe(45);
  expect(restMs([400, 300])).toBe(2700);
  expect(restMs([60_000, 60_000])).toBe(10_000);
});
