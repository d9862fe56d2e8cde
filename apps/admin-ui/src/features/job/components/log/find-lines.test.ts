import { expect, test } from 'vitest';
import { findLines, nextError } from './find-lines.ts';
import { logRows } from './log-rows.ts';

const LINES = ['> setup', 'PROGRESS: (1)', 'aerender Error: no font', 'progress: (2)', 'it failed'];

test('find ignores case, and finds nothing for an empty text', () => {
  expect(findLines(LINES, 'Progress')).toEqual([1, 3]);
  expect(findLines(LINES, '')).toEqual([]);
});

test('the next error goes on from the top after the last one', () => {
  expect([-1, 2, 4].map((from) => nextError(LINES, from))).toEqual([2, 4, 2]);
  expect(nextError(['fine', 'terrors'], -1)).toBeNull();
});

test('a wrapped line takes as many rows as it needs, and an empty line takes one', () => {
  const { rows, lineOf } = logRows(['abcdefg', '', 'h'], 3);
  expect(rows).toEqual(['abc', 'def', 'g', '', 'h']);
  expect(rows.map((_, row) => lineOf(row))).toEqual([0, 0, 0, 1, 2]);
  expect(logRows(['abcdefg'], null).rows).toEqual(['abcdefg']);
});
