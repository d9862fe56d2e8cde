import { expect, it } from 'vitest';
import { describeTransfer, formatTimeLeft } from './describe-transfer.ts';
import type { WireTransfer } from './transfer.ts';

const aTransfer = (differences: Partial<WireTransfer> = {}): WireTransfer => ({
  ...{ direction: 'download', files: 1, filesDone: 0, names: ['a.mov (assets[0].src)'] },
  ...{ bytes: 1_200_000_000, totalBytes: 4_000_000_000, bytesPerSecond: 35_000_000 },
  ...{ timeLeftMs: 120_000, reportedAt: '2026-03-01T12:00:00.000Z' },
  ...differences,
});

it.each<[string, string | null, Partial<WireTransfer>]>([
  ['Downloading a.mov (assets[0].src)', null, {}],
  ['Uploading a file', null, { direction: 'upload', names: [] }],
  [
    'Copying, 3 of 7 files done',
    'a, b',
    { direction: 'copy', files: 7, filesDone: 3, names: ['a', 'b'] },
  ],
  ['Downloading, 0 of 7 files done', null, { files: 7, names: [] }],
])('%s (now: %s)', (what, now, differences) => {
  expect(describeTransfer(aTransfer(differences))).toMatchObject({ what, now });
});

it.each([
  ['1.2 GB of 4.0 GB, 35 MB/s, ≈ 2 min left', 30, {}],
  ['1.2 GB, 35 MB/s', null, { totalBytes: null, timeLeftMs: null }],
  ['1.2 GB of 4.0 GB', 30, { bytesPerSecond: null, timeLeftMs: null }],
  ['0 B of 0 B, 0 B/s', null, { bytes: 0, totalBytes: 0, bytesPerSecond: 0, timeLeftMs: null }],
] as const)('%s', (amount, percent, differences) => {
  expect(describeTransfer(aTransfer(differences))).toMatchObject({ amount, percent });
});

it.each([
  [60_000, 'under 2 min'],
  [360_000, '≈ 6 min'],
  [7_500_000, '≈ 2 h 05 min'],
])('%i ms are left: %s', (ms, text) => {
  expect(formatTimeLeft(ms)).toBe(text);
});

it('the short text begins with the bytes, and counts several files', () => {
  const short = (differences: Partial<WireTransfer>) =>
    describeTransfer(aTransfer(differences)).short;
  const amount = 'Downloading 1.2 GB of 4.0 GB, 35 MB/s, ≈ 2 min left';
  expect(short({})).toBe(amount);
  expect(short({ files: 7, filesDone: 3 })).toBe(`${amount}, 3 of 7 files`);
});
