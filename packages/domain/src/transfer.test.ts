import { expect, test } from 'vitest';
import {
  addMovedSample,
  type MovedSample,
  rateOf,
  type Transfer,
  viewTransfer,
} from './transfer.ts';

const MB = 1_000_000;
const reportedAt = new Date('2026-03-01T12:00:00.000Z');
const aTransfer = (differences: Partial<Transfer> = {}): Transfer => ({
  ...{ direction: 'download', files: 7, filesDone: 3, names: ['a.mov (assets[3].src)'] },
  ...{ bytes: 400 * MB, totalBytes: 1600 * MB, bytesPerSecond: 10 * MB },
  ...differences,
});

/** The samples of a render that has moved so many MB after each of these seconds. */
function samplesOf(megabytesAt: Readonly<Record<number, number>>) {
  let samples: readonly MovedSample[] = [];
  for (const [second, megabytes] of Object.entries(megabytesAt))
    samples = addMovedSample(samples, { atMs: Number(second) * 1000, moved: megabytes * MB });
  return samples;
}

test('the rate is that of the last five seconds', () => {
  const slowThenFast = Array.from({ length: 20 }, (_, second) =>
    second < 10 ? second : 9 + (second - 9) * 20,
  );
  const samples = samplesOf({ ...slowThenFast });
  expect(rateOf(samples)).toBe(20 * MB);
  expect(samples).toHaveLength(6);
});

test.each<[string, Readonly<Record<number, number>>, number | null]>([
  ['nothing was sampled', {}, null],
  ['a single sample', { 0: 5 }, null],
  ['less than a second', { 0: 0, 0.9: 5 }, null],
  ['a second', { 0: 0, 1: 5 }, 5 * MB],
  ['nothing moved any more', { 0: 0, 1: 5, 6: 5, 11: 5 }, 0],
  ['the worker stood still: the whole time counts', { 0: 0, 100: 500 }, 5 * MB],
])('the rate: %s', (_, points, expected) => {
  expect(rateOf(samplesOf(points))).toBe(expected);
});

test.each([
  ['a rate and a size', {}, 2 * 60_000],
  ['no size', { totalBytes: null }, null],
  ['no rate yet', { bytesPerSecond: null }, null],
  ['nothing moves', { bytesPerSecond: 0 }, null],
  ['more than the size', { bytes: 1700 * MB }, 60_000],
] as const)('the time left of a transfer with %s', (_, differences, expected) => {
  const view = viewTransfer(aTransfer(differences), { reportedAt, ageMs: 500 });
  expect(view).toEqual({ ...aTransfer(differences), reportedAt, timeLeftMs: expected });
});

test('an old report has its bytes, but neither a rate nor a time left', () => {
  const view = (ageMs: number) => viewTransfer(aTransfer(), { reportedAt, ageMs });
  expect(view(30_000)).toMatchObject({ bytesPerSecond: 10 * MB });
  expect(view(30_001)).toMatchObject({
    ...{ bytes: 400 * MB, reportedAt, bytesPerSecond: null, timeLeftMs: null },
  });
});
