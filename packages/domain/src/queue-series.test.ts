import { expect, it } from 'vitest';
import { queueSpanOf, queueSteps } from './queue-series.ts';
import { MEASURE_RANGES } from './summarise-measures.ts';

const now = new Date(Date.UTC(2026, 10, 26, 14, 30));

it('a chart of the queue has at most 360 steps', () => {
  expect(MEASURE_RANGES.map((range) => queueSpanOf(range, now).count)).toEqual([288, 336, 360]);
});

it('a sample is in its step, and a step without one is not known', () => {
  const at = new Date(Date.UTC(2026, 10, 26, 14, 25));
  const steps = queueSteps('24h', now, [{ at, waiting: 3, oldestMs: 9000 }]);
  expect(steps).toHaveLength(288);
  expect(steps.slice(-8, -6)).toEqual([
    { waiting: null, oldestMs: null },
    { waiting: 3, oldestMs: 9000 },
  ]);
});
