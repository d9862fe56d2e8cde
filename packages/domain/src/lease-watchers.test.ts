import { expect, it } from 'vitest';
import { LEASE_WATCHERS, type PossibleWatcher, watchesLeases } from './lease-watchers.ts';

const LEASE_MS = 30_000;
const a = (workerId: string, change: Partial<PossibleWatcher> = {}): PossibleWatcher => ({
  ...{ workerId, heardMsAgo: 4000, leaseMs: LEASE_MS, isStopped: false, hasOwnLogin: false },
  ...change,
});
const watching = (all: readonly PossibleWatcher[]) =>
  all.filter((one) => watchesLeases(one, all)).map(({ workerId }) => workerId);

it('the first three workers watch, however many there are', () => {
  const names = Array.from({ length: 1000 }, (_, index) => String(index).padStart(4, '0'));
  expect(watching(names.map((name) => a(name)))).toEqual(names.slice(0, LEASE_WATCHERS));
  expect(watching([a('1'), a('2')])).toEqual(['1', '2']);
});

it.each([
  ['was silent for two thirds of its lease', { heardMsAgo: (LEASE_MS * 2) / 3 + 1 }],
  ['was heard in the future, because the clock was set back', { heardMsAgo: -1 }],
  ['has signed off', { isStopped: true }],
] as const)('a worker that %s is not counted', (_why, change) => {
  const all = [a('1', change), a('2'), a('3'), a('4'), a('5')];
  expect(watching(all)).toEqual(['1', '2', '3', '4']);
});

it('a host with its own login never watches, and is not counted', () => {
  const all = [a('1', { hasOwnLogin: true }), a('2'), a('3'), a('4'), a('5')];
  expect(watching(all)).toEqual(['2', '3', '4']);
});

it('a worker is counted until its silence has lasted for two thirds of its lease', () => {
  const all = [a('1', { heardMsAgo: (LEASE_MS * 2) / 3 }), a('2'), a('3'), a('4')];
  expect(watching(all)).toEqual(['1', '2', '3']);
});
