import { expect, test } from 'vitest';
import { isStorable, NOT_STORABLE, TOO_LARGE, whyNotStorable } from './storable.ts';

test('text is not storable only if it has NUL or half of a surrogate pair', () => {
  for (const text of ['', 'Größe', '👩‍🚀', '\u0001\uffff', '\\u0000'])
    expect([text, isStorable(text)]).toEqual([text, true]);
  for (const text of ['\0', 'a\0b', '\ud800', 'a\udc00b', '\udc00\ud800'])
    expect([text, isStorable(text)]).toEqual([text, false]);
});

test('a value is storable if its texts and field names are, up to a hundred levels', () => {
  const nested = (depth: number): unknown => (depth === 0 ? 'a' : [nested(depth - 1)]);
  for (const value of [null, 1, 'a', { a: [{ b: 'c' }] }, nested(100)])
    expect(whyNotStorable(value)).toBeNull();
  for (const value of ['\0', { a: [{ b: '\ud800' }] }, { '\0': 1 }, [['\0']]])
    expect(whyNotStorable(value)).toBe(NOT_STORABLE);
  for (const text of ['1e400', '-1e400', '{"a":[{"b":1e400}]}'])
    expect(whyNotStorable(JSON.parse(text))).toBe(TOO_LARGE);
  for (const text of ['1e308', '-1e308', '1e-400', '12345678901234567890'])
    expect(whyNotStorable(JSON.parse(text))).toBeNull();
  expect(whyNotStorable(nested(101))).toBe('It has more than 100 levels.');
  expect(whyNotStorable(JSON.parse(`${'{"a":'.repeat(50_000)}0${'}'.repeat(50_000)}`))).toBe(
    'It has more than 100 levels.',
  );
});
