import { expect, it } from 'vitest';
import { findLongLines } from './line-width.ts';

const wide = (columns: number) => `// ${'x'.repeat(columns - 3)}`;

it('a line of more than 100 columns is reported with file, line and columns', () => {
  expect(findLongLines('a.ts', `${wide(100)}\n${wide(101)}\n`)).toEqual(['a.ts:2 has 101 columns']);
});

it('columns are characters, not bytes or code units', () => {
  expect(findLongLines('a.ts', '→'.repeat(100))).toEqual([]);
  expect(findLongLines('a.ts', '🎬'.repeat(100))).toEqual([]);
});

it('a URL does not count, but the text around it counts', () => {
  const url = `https://example.com/${'x'.repeat(100)}`;
  expect(findLongLines('a.ts', `// See ${url}`)).toEqual([]);
  expect(findLongLines('a.ts', `${wide(101)} ${url}`)).toHaveLength(1);
});
