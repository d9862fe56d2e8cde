import { expect, it } from 'vitest';
import { findLongParts } from './sizes.ts';

const lines = (count: number) => 'call();\n'.repeat(count);
const body = (count: number) => `{\n${lines(count - 2)}}`;

it('a file of more than 250 lines is reported', () => {
  expect(findLongParts('a.ts', lines(250))).toEqual([]);
  expect(findLongParts('a.ts', lines(251))).toEqual(['a.ts has 251 lines']);
  expect(findLongParts('a.css', lines(251))).toEqual(['a.css has 251 lines']);
});

it('only the comment at the head of a file can say why the file is long', () => {
  const reason = '/*\n * Long because: it is one table.\n */\n';
  expect(findLongParts('a.ts', reason + lines(251))).toEqual([]);
  expect(findLongParts('a.ts', lines(251) + reason)).toHaveLength(1);
  expect(findLongParts('a.ts', `/* Long because: */\n${lines(251)}`)).toHaveLength(1);
});

it('a function of more than 60 lines is reported, whatever its form', () => {
  expect(findLongParts('a.ts', `function f() ${body(60)}`)).toEqual([]);
  expect(findLongParts('a.ts', `\nfunction f() ${body(61)}`)).toEqual(['a.ts:2 f has 61 lines']);
  expect(findLongParts('a.ts', `const f = () => ${body(61)};`)).toEqual(['a.ts:1 f has 61 lines']);
  expect(findLongParts('a.ts', `const o = { f() ${body(61)} };`)).toEqual([
    'a.ts:1 f has 61 lines',
  ]);
  expect(findLongParts('a.tsx', `it('holds', () => ${body(61)});`)).toEqual([
    'a.tsx:1 the callback of it has 61 lines',
  ]);
});

it('a function passed to `describe` does not count, but the tests in it count', () => {
  expect(findLongParts('a.ts', `describe('a', () => ${body(61)});`)).toEqual([]);
  expect(findLongParts('a.ts', `describe.each([1])('a', () => ${body(61)});`)).toEqual([]);
  expect(
    findLongParts('a.ts', `describe('a', () => {\nit('b', () => ${body(61)});\n});`),
  ).toHaveLength(1);
});

it('the comment above a function can say why the function is long', () => {
  const reason = '/** Long because: it is one table. */\n';
  expect(findLongParts('a.ts', `${reason}export const f = () => ${body(61)};`)).toEqual([]);
  expect(findLongParts('a.ts', `${reason}call();\nfunction f() ${body(61)}`)).toHaveLength(1);
  expect(findLongParts('a.ts', `class C {\n${reason}f() ${body(61)}\n}`)).toEqual([]);
});
