import { expect, test } from 'vitest';
import { plain, printTable, shortMs, shortTime } from './print-table.ts';

test('columns are as wide as their widest cell, in characters', () => {
  expect(
    printTable(
      ['A', 'B'],
      [
        ['名前', '1'],
        ['x', '22'],
      ],
      'None.',
    ),
  ).toEqual(['A   B', '名前  1', 'x   22']);
});

test('no row: a line that says so', () => {
  expect(printTable(['A'], [], 'None.')).toEqual(['None.']);
});

test('what comes from outside cannot move the cursor, colour or reverse the text', () => {
  expect(plain('a\u001b[2Jb\nc\u202e\u009bd')).toBe('a�[2Jb�c��d');
});

test('times and lengths of time are short', () => {
  expect([shortTime('2026-03-01T12:00:05.123Z'), shortTime(null)]).toEqual([
    '2026-03-01 12:00:05Z',
    '-',
  ]);
  expect([shortMs(41.4), shortMs(1500)]).toEqual(['41 ms', '1.5 s']);
});
