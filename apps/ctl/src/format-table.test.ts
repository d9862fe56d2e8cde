import { expect, test } from 'vitest';
import { formatTable, shortMs, shortTime } from './format-table.ts';

test('columns are as wide as their widest cell, in characters', () => {
  expect(
    formatTable(
      ['A', 'B'],
      [
        ['名前', '1'],
        ['x', '22'],
      ],
      'None.',
    ),
  ).toEqual(['A   B', '名前  1', 'x   22']);
});

test('a table without rows is one line that says so', () => {
  expect(formatTable(['A'], [], 'None.')).toEqual(['None.']);
});

test('text from outside cannot move the cursor, set colours or reverse the direction', () => {
  const [, row] = formatTable(['NAME'], [['a\u001b[2Jb\nc\u202e\u009bd']], 'none');
  expect(row).toBe(String.raw`a\x1b[2Jb\nc\u202e\x9bd`);
});

test('times and durations are short', () => {
  expect([shortTime('2026-03-01T12:00:05.123Z'), shortTime(null)]).toEqual([
    '2026-03-01 12:00:05Z',
    '-',
  ]);
  expect([shortMs(41.4), shortMs(1500)]).toEqual(['41 ms', '1.5 s']);
});
