import { expect, test } from 'vitest';
import { addUsageSample, readUsageRow, type UsagePoint, writeUsageRow } from './usage-history.ts';

const EVERY_MS = 2000;
const START = Date.parse('2026-03-01T12:00:00.000Z');
const timeOf = (index: number) => new Date(START + index * EVERY_MS).toISOString();

/** The points of an attempt. The CPU of each sample is the number of the sample. */
function pointsOf(samples: number): readonly UsagePoint[] {
  let points: readonly UsagePoint[] = [];
  for (let index = 0; index < samples; index += 1)
    points = addUsageSample(points, {
      at: timeOf(index),
      cpuPercent: index,
      memoryBytes: 1_000_000 + (index % 7),
      processes: index % 5,
    });
  return points;
}

test('a short attempt keeps each sample as it was', () => {
  const spread = { min: 1, mean: 1, max: 1 };
  expect(pointsOf(2)[1]).toEqual({
    at: timeOf(1),
    until: timeOf(1),
    samples: 1,
    cpuPercent: spread,
    memoryBytes: { min: 1_000_001, mean: 1_000_001, max: 1_000_001 },
    processes: 1,
  });
});

test('a point keeps the minimum, the maximum and the mean of its samples', () => {
  const [first] = pointsOf(301);
  expect(first).toMatchObject({
    at: timeOf(0),
    until: timeOf(1),
    samples: 2,
    cpuPercent: { min: 0, max: 1 },
    processes: 1,
  });
});

test.each([300, 301, 302, 601, 5000, 20_000])('%i samples are at most 300 points', (samples) => {
  const points = pointsOf(samples);
  expect(points.length).toBeLessThanOrEqual(300);
  expect(points.length).toBeGreaterThanOrEqual(Math.min(samples, 150));
  expect(points.reduce((sum, point) => sum + point.samples, 0)).toBe(samples);
  expect(points.at(-1)?.until).toBe(timeOf(samples - 1));
  const most = Math.max(...points.map(({ cpuPercent }) => cpuPercent.max));
  expect(most).toBe(samples - 1);
  for (const [index, point] of points.entries())
    if (index > 0) expect(point.at > (points[index - 1]?.until ?? '')).toBe(true);
});

test('a point that was written as a row is read back unchanged', () => {
  for (const point of pointsOf(700)) expect(readUsageRow(writeUsageRow(point))).toEqual(point);
});

test.each([
  [[]],
  [[1]],
  [[1, 2, 3]],
  [[1, 2, 3, 4, 5, 6]],
  [[1, 2, 3, 4, 5, 6, 7, 8, 9]],
  [[9e15, 2, 3, 4, 5, 6, 7, 8, 9, 10]],
  [[1, 9e15, 3, 4, 5, 6, 7, 8, 9, 10]],
])('%o is rejected as a point', (row) => {
  expect(readUsageRow(row)).toBeNull();
});
