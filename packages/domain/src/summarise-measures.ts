import { ATTEMPT_OUTCOMES, type AttemptOutcome } from './attempt.ts';

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

export type CountedTime = { readonly atMostMs: number; readonly count: number };

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

/** The values of one measure in one hour. `unproven`: stops whose proof may still come in time. */
export type MeasuredRow = CountedTime & {
  readonly name:
    | 'waiting'
    | 'ended'
    | 'busy'
    | 'asked'
    | 'proven'
    | 'timeToDead'
    | 'timeToClean'
    | 'unproven';
  readonly hour: Date;
  readonly part: string;
  readonly sumMs: number;
};
export type Percentiles = {
  readonly count: number;
  readonly medianMs: number | null;
  readonly p95Ms: number | null;
};
export type MeasuredHost = {
  readonly host: string;
  /** Null if no host has this name now. */
  readonly slots: number | null;
  readonly busyMs: number;
  /** How much of the time of all its slots the host rendered, from 0 to 1. */
  readonly use: number | null;
  readonly busyMsByStep: readonly number[];
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
  readonly waiting: Percentiles & { readonly steps: readonly Percentiles[] };
  readonly ended: Readonly<Record<AttemptOutcome, number>> & {
    readonly steps: readonly Readonly<Record<AttemptOutcome, number>>[];
  };
  readonly stops: StopCounts & {
    readonly askToProof: Percentiles;
    readonly timeToDead: Percentiles;
    readonly timeToClean: Percentiles;
    readonly steps: readonly (StopCounts & { readonly askToProof: Percentiles })[];
  };
  readonly hosts: readonly MeasuredHost[];
};

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
  const spanMs = now.getTime() - from.getTime();
  return {
    from,
    to,
    stepMs,
    waiting: {
      ...percentilesOf(inRange, 'waiting'),
      steps: steps.map((step) => percentilesOf(step, 'waiting')),
    },
    ended: { ...endedOf(inRange), steps: steps.map(endedOf) },
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
    hosts: hostsOf(inRange, steps, slotsByHost, spanMs),
  };
}

function percentilesOf(rows: readonly MeasuredRow[], name: MeasuredRow['name']): Percentiles {
  const times = rows.filter((row) => row.name === name);
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

function hostsOf(
  rows: readonly MeasuredRow[],
  steps: readonly (readonly MeasuredRow[])[],
  slotsByHost: ReadonlyMap<string, number>,
  spanMs: number,
): MeasuredHost[] {
  const names = new Set(slotsByHost.keys());
  for (const { name, part } of rows) if (name === 'busy') names.add(part);
  return [...names].sort().map((host) => {
    const busyOf = (of: readonly MeasuredRow[]) =>
      of.reduce((sum, row) => sum + (row.name === 'busy' && row.part === host ? row.sumMs : 0), 0);
    const busyMs = busyOf(rows);
    const slots = slotsByHost.get(host) ?? null;
    const use = slots === null ? null : Math.min(1, busyMs / (slots * spanMs));
    return { host, slots, busyMs, use, busyMsByStep: steps.map(busyOf) };
  });
}
