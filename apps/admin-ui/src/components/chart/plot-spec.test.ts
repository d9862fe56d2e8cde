import { expect, it } from 'vitest';
import { DURATIONS, formatTick, type PlotSpec, ticksOf } from './plot-spec.ts';

const plot = (top: number): PlotSpec => ({
  title: 'Waiting time',
  kind: 'bars',
  series: [{ label: 'half', fill: 'running', values: [top] }],
  ...{ height: 100, increments: DURATIONS, format: formatTick },
});

it('no two marks of a scale of durations look the same', () => {
  for (const step of DURATIONS) {
    const labels = ticksOf(plot(step * 4)).map(formatTick);
    expect(new Set(labels).size, labels.join(', ')).toBe(labels.length);
  }
  expect(ticksOf(plot(105_000)).map(formatTick)).toEqual([
    ...['0', '30 s', '1 min', '1.5 min', '2 min'],
  ]);
});
