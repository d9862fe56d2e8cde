import { expect, it } from 'vitest';
import { groupRows, type JobOrder, NO_ORDER } from '../api/job-order.ts';
import { planRows, rowsToRender } from './plan-rows.ts';

const list = (count: number): JobOrder => ({ ...NO_ORDER, count });
const row = (index: number) => ({ kind: 'row', index });
const gap = (from: number, rows: number) => ({ kind: 'gap', from, rows });

it.each([
  ['an empty list', 0, [], []],
  ['rows that are gone since', 2, [0, 1, 7], [row(0), row(1)]],
  ['the middle of a long list', 100, [10, 11], [gap(0, 10), row(10), row(11), gap(12, 88)]],
  [
    'a focused row above the screen',
    100,
    [3, 10],
    [gap(0, 3), row(3), gap(4, 6), row(10), gap(11, 89)],
  ],
])('plans %s', (_, count, indexes, planned) => {
  expect(planRows(list(count), indexes)).toEqual(planned);
});

it('the rows and gaps of a plan are always as many as the list has rows', () => {
  for (let first = 0; first < 110; first += 7) {
    const plan = planRows(list(100), [first, first + 1, first + 20]);
    expect(plan.reduce((sum, item) => sum + (item.kind === 'gap' ? item.rows : 1), 0)).toBe(100);
  }
});

it('every group has its heading before its first row, in gaps too', () => {
  const groups = groupRows(100, 3, 57);
  const [running, waiting, ended] = groups.map((group) => ({ kind: 'group', group }));
  expect(planRows({ count: 100, groups }, [3, 4])).toEqual([
    running,
    gap(0, 3),
    waiting,
    row(3),
    row(4),
    gap(5, 55),
    ended,
    gap(60, 40),
  ]);
});

it('a job that two pages hold is shown once', () => {
  const order = {
    ...list(201),
    pages: new Map([
      [0, ['a', 'b']],
      [2, ['b']],
    ]),
  };
  const plan = planRows(list(201), [0, 1, 200]);
  expect(rowsToRender(plan, order).map((item) => item.kind)).toEqual([
    'job',
    'job',
    'gap',
    'loading',
  ]);
});
