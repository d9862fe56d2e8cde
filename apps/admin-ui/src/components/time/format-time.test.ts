import { expect, it } from 'vitest';
import {
  formatCount,
  formatDuration,
  formatRelativeTime,
  formatShortDuration,
} from './format-time.ts';

it.each([
  [0, '0 s'],
  [48_900, '48 s'],
  [364_000, '6 min 04 s'],
  [7_500_000, '2 h 05 min'],
])('%i ms are %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

it.each([
  [9, '9 ms'],
  [420, '0.4 s'],
  [8_249, '8.2 s'],
  [61_000, '1 min 01 s'],
])('on a receipt %i ms are %s', (ms, text) => {
  expect(formatShortDuration(ms)).toBe(text);
});

it('tells how long ago, then the day', () => {
  const at = '2026-11-24T02:14:00.000Z';
  const ago = (ms: number) => formatRelativeTime(at, Date.parse(at) + ms);
  expect([ago(-500), ago(12_000), ago(360_000), ago(3 * 3_600_000)]).toEqual([
    '0 s ago',
    '12 s ago',
    '6 min ago',
    '3 h ago',
  ]);
  expect(ago(86_400_000)).toMatch(/^2[34] Nov \d\d:\d\d$/);
});

it('counts one and many', () => {
  expect([
    formatCount(1, 'job'),
    formatCount(34, 'job'),
    formatCount(2, 'process', 'processes'),
    formatCount(100_000, 'job'),
  ]).toEqual(['1 job', '34 jobs', '2 processes', '100,000 jobs']);
});
