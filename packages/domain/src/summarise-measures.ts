import { ATTEMPT_OUTCOMES, type AttemptOutcome } from './attempt.ts';
import { type HostUse, measureHostUse } from './host-use.ts';
import type { CountedTime, MeasuredRow } from './measured-row.ts';

export const MEASURE_RANGES = ['24h', '7d', '30d'] as const;
export type MeasureRange = (typeof MEASURE_RANGES)[number];

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const STEPS_OF = {
  '24h': { count: 24, stepMs: HOUR_MS },
  '7d': { count: 7, stepMs: DAY_MS },
  '30d': { count: 30, stepMs: DAY_MS },
} as const satisfies Record<MeasureRange, { count: number; stepMs: number }>;

/*
 * How measured times are stored: each time counts under the smallest bound that it does not exceed.
 * So a percentile is a bound, and it is never less than the measured time.
 */
const MANTISSAS = [
  1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.8, 2, 2.2, 2.5, 2.8, 3, 3.3, 3.6, 4, 4.5, 5, 5.5, 6, 6.5, 7, 8,
  9,
];
const DECADES = [1, 2, 3, 4, 5, 6, 7, 8];

/** In ms, ascending: from 10 ms to 10 days, each at most 15 % more than the one before. */
export const MEASURE_BOUNDS_MS: readonly number[] = DECADES.flatMap((decade) =>
  MANTISSAS.map((mantissa) => Math.round(mantissa * 10 ** decade)),
);

/** The bound that this share of the times did not exceed; null if there are no times. */
export function quantileOf(times: readonly CountedTime[], share: number): number | null {
  const total = times.reduce((sum, { count }) => sum + count, 0);
  const inOrder = [...times].sort((a, b) => a.atMostMs - b.atMostMs);
  let seen = 0;
  for (const { atMostMs, count } of inOrder) {
    seen += count;
    if (count > 0 && seen >= share * total) return atMostMs;
  }
  return null;
}

export type Percentiles = {
  readonly count: number;
  readonly medianMs: number | null;
  readonly p95Ms: number | null;
};
export type StopCounts = {
  readonly asked: number;
  readonly proven: number;
  readonly notProven: number;
};
export type Measures = {
  readonly from: Date;
  readonly to: Date;
  readonly stepMs: number;
  readonly waiting: Percentiles & {
    readonly steps: readonly Percentiles[];
    /** The same with the jobs that wait now, by the time that they have waited so far. */
    readonly withQueued: Percentiles;
  };
  readonly ended: EndCounts & { readonly steps: readonly EndCounts[] };
  /** The ends of the last 7 days, whatever the range is. */
  readonly endedIn7Days: EndCounts;
  readonly stops: StopCounts & {
    readonly askToProof: Percentiles;
    readonly timeToDead: Percentiles;
    readonly timeToClean: Percentiles;
    readonly steps: readonly (StopCounts & { readonly askToProof: Percentiles })[];
  };
  readonly hosts: readonly HostUse[];
};
export type EndCounts = Readonly<Record<AttemptOutcome, number>>;

/** The whole hours of a range. The last step is the current hour or the day that ends with it. */
export function spanOf(range: MeasureRange, now: Date) {
  const { count, stepMs } = STEPS_OF[range];
  const to = new Date((Math.floor(now.getTime() / HOUR_MS) + 1) * HOUR_MS);
  return { from: new Date(to.getTime() - count * stepMs), to, count, stepMs };
}

/** Adds up the hours of a range, in total and for each step. */
export function summariseMeasures(
  range: MeasureRange,
  now: Date,
  rows: readonly MeasuredRow[],
  slotsByHost: ReadonlyMap<string, number>,
): Measures {
  const { from, to, count, stepMs } = spanOf(range, now);
  const inRange = rows.filter(({ hour }) => hour >= from && hour < to);
  const steps = Array.from({ length: count }, (_, index) =>
    inRange.filter(({ hour }) => Math.floor((hour.getTime() - from.getTime()) / stepMs) === index),
  );
  const week = spanOf('7d', now).from;
  return {
    from,
    to,
    stepMs,
    waiting: {
      ...percentilesOf(inRange, 'waiting'),
      steps: steps.map((step) => percentilesOf(step, 'waiting')),
      withQueued: percentilesOf(inRange, 'waiting', 'queued'),
    },
    ended: { ...endedOf(inRange), steps: steps.map(endedOf) },
    endedIn7Days: endedOf(rows.filter(({ hour }) => hour >= week && hour < to)),
    stops: {
      ...stopsOf(inRange),
      askToProof: percentilesOf(inRange, 'proven'),
      timeToDead: percentilesOf(inRange, 'timeToDead'),
      timeToClean: percentilesOf(inRange, 'timeToClean'),
      steps: steps.map((step) => ({
        ...stopsOf(step),
        askToProof: percentilesOf(step, 'proven'),
      })),
    },
    hosts: measureHostUse(
      steps.map((of, index) => {
        const startMs = from.getTime() + index * stepMs;
        return { rows: of, elapsedMs: Math.min(stepMs, now.getTime() - startMs) };
      }),
      slotsByHost,
    ),
  };
}

function percentilesOf(
  rows: readonly MeasuredRow[],
  ...names: readonly MeasuredRow['name'][]
): Percentiles {
  const times = rows.filter(({ name }) => names.includes(name));
  return {
    count: times.reduce((sum, { count }) => sum + count, 0),
    medianMs: quantileOf(times, 0.5),
    p95Ms: quantileOf(times, 0.95),
  };
}

function endedOf(rows: readonly MeasuredRow[]): Record<AttemptOutcome, number> {
  const ended = { completed: 0, failed: 0, stopped: 0, lost: 0, released: 0, hostFailed: 0 };
  for (const { name, part, count } of rows) {
    const outcome = ATTEMPT_OUTCOMES.find((known) => known === part);
    if (name === 'ended' && outcome !== undefined) ended[outcome] += count;
  }
  return ended;
}

function stopsOf(rows: readonly MeasuredRow[]): StopCounts {
  const countOf = (wanted: MeasuredRow['name']) =>
    rows.reduce((sum, { name, count }) => sum + (name === wanted ? count : 0), 0);
  const [asked, proven] = [countOf('asked'), countOf('proven')];
  return { asked, proven, notProven: Math.max(0, asked - proven - countOf('unproven')) };
}
