import { expect, test } from 'vitest';
import { readLogCursor, writeLogCursor } from './attempt-log.ts';

test.each([
  ['2:17', { attempt: 2, seq: 17 }],
  ['0:0', { attempt: 0, seq: 0 }],
  ['32767:999999999', { attempt: 32767, seq: 999_999_999 }],
  ['17', { attempt: null, seq: 17 }],
  ['', null],
  [':17', null],
  ['2:', null],
  ['-1', null],
  ['2:17 ', null],
  ['1234567890', null],
  ['100000:1', null],
])('the cursor %o means the place %o', (cursor, place) => {
  expect(readLogCursor(cursor)).toEqual(place);
});

test('the cursor that is written for a place means that place', () => {
  const place = { attempt: 3, seq: 40 };
  expect(readLogCursor(writeLogCursor(place))).toEqual(place);
});
