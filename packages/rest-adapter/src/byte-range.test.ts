import { expect, test } from 'vitest';
import { readByteRange } from './byte-range.ts';

test.each([
  [undefined, null],
  ['', null],
  ['bytes=-', null],
  ['lines=0-1', null],
  ['bytes=0-1,5-6', null],
  ['bytes=9-3', null],
  ['bytes= 1-2', null],
  ['bytes=0-', { first: 0, last: 99 }],
  ['bytes=0-0', { first: 0, last: 0 }],
  ['bytes=40-59', { first: 40, last: 59 }],
  ['bytes=40-5000', { first: 40, last: 99 }],
  ['bytes=99-', { first: 99, last: 99 }],
  ['bytes=100-', 'unsatisfiable'],
  ['bytes=100-200', 'unsatisfiable'],
  ['bytes=-10', { first: 90, last: 99 }],
  ['bytes=-1000', { first: 0, last: 99 }],
  ['bytes=-0', 'unsatisfiable'],
])('with a size of 100 bytes, the range %o gives %o', (header, range) => {
  expect(readByteRange(header, 100)).toEqual(range);
});

test.each(['bytes=0-', 'bytes=-1'])(
  'with a size of 0 bytes, the range %o is unsatisfiable',
  (header) => {
    expect(readByteRange(header, 0)).toBe('unsatisfiable');
  },
);
