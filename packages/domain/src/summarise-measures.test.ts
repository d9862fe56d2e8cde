import { expect, it } from 'vitest';
import type { MeasuredRow } from './measured-row.ts';
import { MEASURE_BOUNDS_MS, quantileOf, spanOf, summariseMeasures } from './summarise-measures.ts';

const HOUR = 3_600_000;
const now = new Date(Date.UTC(2026, 10, 26, 14, 30));
const hour = (back: number) => new Date(Date.UTC(2026, 10, 26, 14) - back * HOUR);
const row = (name: MeasuredRow['name'], known: Partial<MeasuredRow> = {}): MeasuredRow => ({
  name,
  hour: hour(0),
  part: '',
  atMostMs: 0,
  count: 1,
  sumMs: 0,
  ...known,
});
const NO_HOSTS: ReadonlyMap<string, number> = new Map();

it('the bounds ascend, each at most 15 percent above the previous bound', () => {
  const ratios = MEASURE_BOUNDS_MS.slice(1).map((bound, i) => bound / (MEASURE_BOUNDS_MS[i] ?? 1));
  expect(Math.min(...ratios)).toBeGreaterThan(1);
  expect(Math.max(...ratios)).toBeLessThanOrEqual(1.15);
});

it('a percentile is a bound that this part of the times did not exceed', () => {
  const times = [
    { atMostMs: 9000, count: 1 },
    { atMostMs: 100, count: 18 },
    { atMostMs: 5000, count: 1 },
  ];
  expect([0.5, 0.95, 1].map((part) => quantileOf(times, part))).toEqual([100, 5000, 9000]);
  expect(quantileOf([], 0.5)).toBeNull();
  expect(quantileOf([{ atMostMs: 10, count: 0 }], 0.5)).toBeNull();
});

it.each([
  ['24h', 24, HOUR],
  ['7d', 7, 24 * HOUR],
  ['30d', 30, 24 * HOUR],
] as const)('%s has %d steps and ends with the current hour', (range, count, stepMs) => {
  const span = spanOf(range, now);
  expect(span).toMatchObject({ count, stepMs, to: hour(-1) });
  expect(span.to.getTime() - span.from.getTime()).toBe(count * stepMs);
});

it('each step holds its own hours, and older hours are left out', () => {
  const rows = [
    row('waiting', { atMostMs: 1000 }),
    row('waiting', { atMostMs: 4000, hour: hour(23) }),
    row('waiting', { atMostMs: 9000, hour: hour(24) }),
  ];
  const { waiting } = summariseMeasures('24h', now, rows, NO_HOSTS);
  expect(waiting).toMatchObject({ count: 2, medianMs: 1000, p95Ms: 4000 });
  expect(waiting.steps.at(-1)).toEqual({ count: 1, medianMs: 1000, p95Ms: 1000 });
  expect(waiting.steps[0]).toEqual({ count: 1, medianMs: 4000, p95Ms: 4000 });
  expect(waiting.steps[1]).toEqual({ count: 0, medianMs: null, p95Ms: null });
});

it('renders count by outcome', () => {
  const rows = [
    row('ended', { part: 'completed', count: 3 }),
    row('ended', { part: 'failed', hour: hour(1) }),
    row('ended', { part: 'of a later version' }),
  ];
  const { ended } = summariseMeasures('24h', now, rows, NO_HOSTS);
  expect(ended).toMatchObject({ completed: 3, failed: 1, stopped: 0 });
  expect(ended.steps.at(-2)).toMatchObject({ completed: 0, failed: 1 });
});

it('a stop without a proof counts as not proven after the time limit', () => {
  const rows = [
    row('asked', { count: 4 }),
    row('proven', { count: 2, atMostMs: 900 }),
    row('unproven'),
    row('timeToDead', { atMostMs: 40 }),
    row('timeToClean', { atMostMs: 20 }),
  ];
  const { stops } = summariseMeasures('24h', now, rows, NO_HOSTS);
  expect(stops).toMatchObject({ asked: 4, proven: 2, notProven: 1 });
  expect(stops.askToProof).toEqual({ count: 2, medianMs: 900, p95Ms: 900 });
  expect([stops.timeToDead.medianMs, stops.timeToClean.medianMs]).toEqual([40, 20]);
});

it('the use of a host counts all its slots, and is null if the host is not known', () => {
  const rows = [
    row('busy', { part: 'ae-01', sumMs: HOUR / 2 }),
    row('busy', { part: 'ae-01', sumMs: HOUR, hour: hour(2) }),
    row('busy', { part: 'gone', sumMs: 5, hour: hour(3) }),
  ];
  const slots = new Map([
    ['ae-01', 2],
    ['ae-02', 1],
  ]);
  const { hosts } = summariseMeasures('24h', now, rows, slots);
  expect(hosts.map(({ host, busyMs }) => [host, busyMs])).toEqual([
    ['ae-01', 1.5 * HOUR],
    ['ae-02', 0],
    ['gone', 5],
  ]);
  expect(hosts[0]?.use).toBeCloseTo(1.5 / 47);
  expect(hosts[0]?.busyMsByStep.slice(-3)).toEqual([HOUR, 0, HOUR / 2]);
  expect([hosts[1]?.use, hosts[2]?.use, hosts[2]?.slots]).toEqual([0, null, null]);
});

it('the use of a host is of the time that it was on', () => {
  const rows = [
    row('watched', { hour: hour(2), sumMs: HOUR / 2 }),
    row('on', { part: 'ae-01', hour: hour(2), sumMs: HOUR / 4 }),
    row('busy', { part: 'ae-01', hour: hour(2), sumMs: HOUR / 4 }),
    row('watched', { hour: hour(1), sumMs: HOUR }),
    // It rendered for longer than the samples say that it was on.
    row('on', { part: 'ae-01', hour: hour(1), sumMs: HOUR / 4 }),
    row('busy', { part: 'ae-01', hour: hour(1), sumMs: HOUR / 2 }),
    row('watched', { sumMs: HOUR / 2 }),
  ];
  const slots = new Map([
    ['ae-01', 1],
    ['off', 1],
  ]);
  const { hosts } = summariseMeasures('24h', now, rows, slots);
  // Half of the hour was watched, so the other half counts like it. The last hour is half over.
  expect(hosts[0]?.onMsByStep.slice(-4)).toEqual([null, HOUR / 2, HOUR / 2, 0]);
  expect(hosts[0]?.onMs).toBe(22 * HOUR);
  expect(hosts[0]?.use).toBeCloseTo(0.75 / 22);
  const always = [row('watched', { sumMs: HOUR / 2 }), row('on', { part: 'on', sumMs: HOUR / 2 })];
  const one = summariseMeasures('7d', now, always, new Map([['on', 1]])).hosts[0];
  expect(one?.onMsByStep.at(-1)).toBe(23.5 * HOUR);
});

it('a host that is not known any more was on while it rendered', () => {
  const busy = row('busy', { part: 'gone', sumMs: HOUR / 4 });
  const rows = [row('watched', { sumMs: HOUR / 2 }), busy];
  const { hosts } = summariseMeasures('24h', now, rows, NO_HOSTS);
  expect(hosts[0]?.onMsByStep.at(-1)).toBe(HOUR / 4);
  expect(hosts[0]).toMatchObject({ host: 'gone', slots: null, use: null });
});

it('a host that was never on has no use', () => {
  const rows = Array.from({ length: 24 }, (_, back) =>
    row('watched', { hour: hour(back), sumMs: HOUR / 2 }),
  );
  const { hosts } = summariseMeasures('24h', now, rows, new Map([['off', 1]]));
  expect(hosts[0]).toMatchObject({ onMs: 0, use: 0 });
});

it('the ends of 7 days and the jobs that wait now are counted beside the range', () => {
  const rows = [
    row('ended', { part: 'failed', hour: hour(100) }),
    row('ended', { part: 'failed', hour: hour(200) }),
    row('waiting', { atMostMs: 1000 }),
    row('queued', { atMostMs: 9000, count: 3 }),
  ];
  const { ended, endedIn7Days, waiting } = summariseMeasures('24h', now, rows, NO_HOSTS);
  expect([ended.failed, endedIn7Days.failed]).toEqual([0, 1]);
  expect(waiting).toMatchObject({ count: 1, p95Ms: 1000 });
  expect(waiting.withQueued).toEqual({ count: 4, medianMs: 9000, p95Ms: 9000 });
});
