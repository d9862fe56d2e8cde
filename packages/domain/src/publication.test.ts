import { expect, test } from 'vitest';
import {
  allOut,
  outputOf,
  type Publications,
  publishedBy,
  timesOut,
  withAllowed,
  withoutMaybe,
  withSkipped,
} from './publication.ts';

const maybe = { what: 'a.mp4', state: 'maybe' } as const;
const published = { what: 'a.mp4', state: 'published' } as const;
const skipped = { what: 'a.mp4', state: 'skipped' } as const;

test.each<[Publications, string]>([
  [[], 'none'],
  [[maybe], 'maybe'],
  [[published, maybe], 'published'],
  [[skipped], 'none'],
  [[skipped, maybe], 'maybe'],
])('of %j, the output is %s', (publications, output) => {
  expect(outputOf(publications)).toBe(output);
});

test('a yes for the next thing shows that the one before is out', () => {
  const first = withAllowed([], 'a.mp4');
  expect(first).toEqual([maybe]);
  expect(withAllowed(first, 'a.mp4')).toBe(first); // the first yes has run out
  expect(withAllowed(first, 'b.mp4')).toEqual([published, { what: 'b.mp4', state: 'maybe' }]);
  expect(withSkipped(first, 'b.mp4')).toEqual([published, { what: 'b.mp4', state: 'skipped' }]);
  // The job puts the same path out a second time.
  expect(withAllowed([published], 'a.mp4')).toEqual([published, maybe]);
});

test('what was allowed last is out, or is not', () => {
  expect(allOut([skipped, published, maybe])).toEqual([skipped, published, published]);
  expect(withoutMaybe([skipped, published, maybe])).toEqual([skipped, published]);
  expect(timesOut([skipped, published, maybe], 'a.mp4')).toBe(2);
  expect(timesOut([published], 'b.mp4')).toBe(0);
});

test('publishedBy names each thing that is out for certain once, oldest attempt first', () => {
  const first = [
    { what: '/out/a.mov', state: 'published' },
    { what: '/out/b.mov', state: 'maybe' },
  ] as const;
  const second = [
    { what: '/out/a.mov', state: 'skipped' },
    { what: '/out/c.mov', state: 'published' },
    { what: '/out/a.mov', state: 'published' },
  ] as const;
  expect(publishedBy([{ publications: first }, { publications: second }])).toEqual([
    '/out/a.mov',
    '/out/c.mov',
  ]);
});
