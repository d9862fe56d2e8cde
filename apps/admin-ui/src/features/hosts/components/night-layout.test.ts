import type { WireAttemptOfHost } from '@renderdeck/contract';
import { expect, it } from 'vitest';
import { attemptAt, findAt, laneBox, layOut, step } from './night-layout.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
const anAttempt = (host: string, from: number, to: number | null): WireAttemptOfHost => ({
  ...{ jobId: `${host}-${from}`, number: 1, name: `job ${from}`, host, state: 'finished' },
  ...{ from: at(from), to: to === null ? null : at(to) },
});

const rows = layOut(
  ['ae-01', 'ae-02', 'ae-03'],
  [
    ...[anAttempt('ae-01', 20, null), anAttempt('ae-01', 0, 10), anAttempt('ae-03', 5, 15)],
    ...[anAttempt('ae-03', 0, 10), anAttempt('ae-03', 12, 14), anAttempt('ae-09', 0, 1)],
  ],
);

it('attempts that ran at the same time have lanes of their own', () => {
  expect(rows.map(({ host, lanes }) => [host, lanes])).toEqual([
    ['ae-01', 1],
    ['ae-02', 1],
    ['ae-03', 2],
  ]);
  expect(rows[2]?.attempts.map(({ lane }) => lane)).toEqual([0, 1, 0]);
  const [first, second] = [laneBox(2, 0), laneBox(2, 1)];
  expect(first.y + first.height).toBeLessThanOrEqual(second.y);
});

it('a point finds the attempt of its lane, or the nearest one', () => {
  const find = (row: number, minute: number, y: number) => {
    const found = rows[row];
    if (found === undefined) throw new Error(`there is no row ${row}`);
    const point = { ms: Date.parse(at(minute)), y, toleranceMs: 60_000 };
    return findAt(found, point)?.attempt.from ?? null;
  };
  expect(find(2, 7, 4)).toBe(at(0));
  expect(find(2, 7, 20)).toBe(at(5));
  expect(find(0, 11, 13)).toBe(at(0));
  expect(find(0, 15, 13)).toBeNull();
  expect(find(0, 900, 13)).toBe(at(20));
});

it('arrows lead from attempt to attempt, and past hosts without one', () => {
  const from = (place: ReturnType<typeof step>) => attemptAt(rows, place)?.attempt.jobId;
  const start = step(rows, null, 'ArrowDown');
  expect(from(start)).toBe('ae-01-20');
  expect(step(rows, null, 'a')).toBeNull();
  expect(from(step(rows, start, 'ArrowRight'))).toBe('ae-01-20');
  expect(from(step(rows, start, 'ArrowLeft'))).toBe('ae-01-0');
  const below = step(rows, start, 'ArrowDown');
  expect(from(below)).toBe('ae-03-12');
  expect(from(step(rows, below, 'Home'))).toBe('ae-03-0');
  expect(from(step(rows, below, 'ArrowDown'))).toBe('ae-03-12');
  expect(from(step(rows, below, 'ArrowUp'))).toBe('ae-01-20');
});
