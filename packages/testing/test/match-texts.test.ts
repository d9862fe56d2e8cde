import { expect, test } from 'vitest';

test('a RegExp in what a test expects must match the text', () => {
  expect({ text: 'abc' }).toMatchObject({ text: /^ab/ });
  for (const text of ['xabc', 7, null, undefined])
    expect([{ text }]).not.toMatchObject([{ text: /^ab/ }]);
  expect(/a/).not.toEqual(/b/);
});
