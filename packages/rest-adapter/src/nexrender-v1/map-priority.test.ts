import { expect, test } from 'vitest';
import { fromPriority, toPriority } from './map-priority.ts';

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
])('nexrender’s priority %j is %i here', (given, ours) => {
  expect(toPriority(given)).toBe(ours);
});

test.each(['high', '', ' ', true, [], {}, Number.NaN])(
  'what is no number (%j) is no priority',
  (given) => {
    expect(toPriority(given)).toBeNaN();
  },
);

test('every priority of ours that is shown and sent back is the same', () => {
  for (let ours = 0; ours <= 100; ours += 1) expect(toPriority(fromPriority(ours))).toBe(ours);
});
