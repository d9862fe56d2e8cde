import { expect, it } from 'vitest';
import { planRows, rowsToRender } from './plan-rows.ts';

const row = (index: number) => ({ kind: 'row', index });
const gap = (from: number, rows: number) => ({ kind: 'gap', from, rows });

it.each([
  ['an empty list', 0, { first: 0, last: 9 }, null, []],
  ['a list shorter than the screen', 2, { first: 0, last: 9 }, null, [row(0), row(1)]],
  [
    'the middle of a long list',
    100,
    { first: 10, last: 11 },
    null,
    [gap(0, 10), row(10), row(11), gap(12, 88)],
  ],
  [
    'a focused row above the screen',
    100,
    { first: 10, last: 10 },
    3,
    [gap(0, 3), row(3), gap(4, 6), row(10), gap(11, 89)],
  ],
  ['a focused row that is gone', 2, { first: 0, last: 9 }, 7, [row(0), row(1)]],
])('plans %s', (_, count, range, focused, planned) => {
  expect(planRows(count, range, focused)).toEqual(planned);
});

it('the rows and gaps of a plan are always as many as the list has rows', () => {
  for (const focused of [null, 0, 57, 99])
    for (let first = -5; first < 110; first += 7) {
      const plan = planRows(100, { first, last: first + 20 }, focused);
      expect(plan.reduce((sum, item) => sum + (item.kind === 'gap' ? item.rows : 1), 0)).toBe(100);
    }
});

it('a job that two pages hold is shown once', () => {
  const order = {
    count: 201,
    pages: new Map([
      [0, ['a', 'b']],
      [2, ['b']],
    ]),
  };
  const plan = planRows(201, { first: 0, last: 1 }, 200);
  expect(rowsToRender(plan, order).map((item) => item.kind)).toEqual([
    'job',
    'job',
    'gap',
    'loading',
  ]);
});
