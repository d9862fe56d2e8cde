import { expect, test } from 'vitest';
import { nexrenderPriority, priorityOfNexrender } from './nexrender-priority.ts';

test.each([
  [undefined, 50],
  [null, 50],
  [0, 50],
  [10, 60],
  [-10, 40],
  [50, 100],
  [1000, 100],
  [-50, 0],
  [-1e300, 0],
  [1.4, 51],
  ['7', 57],
])('nexrender’s priority %j is priority %i of Renderdeck', (given, ours) => {
  expect(priorityOfNexrender(given)).toBe(ours);
});

test.each(['high', '', ' ', true, [], {}, Number.NaN])(
  'a priority that is not a number (%j) becomes NaN',
  (given) => {
    expect(priorityOfNexrender(given)).toBeNaN();
  },
);

test('a priority of Renderdeck that is shown and sent back stays the same', () => {
  for (let ours = 0; ours <= 100; ours += 1)
    expect(priorityOfNexrender(nexrenderPriority(ours))).toBe(ours);
});
