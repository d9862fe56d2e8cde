import { INTEGER, listOf, NUMBER, type Of, object, TIME } from './shape.ts';

/** The least, the mean and the most of what was measured. */
export type Spread = { readonly min: number; readonly mean: number; readonly max: number };

/** What a tree used in a part of its attempt, from the first of its samples to the last. */
export type UsagePoint = {
  readonly at: string;
  readonly until: string;
  readonly samples: number;
  readonly cpuPercent: Spread;
  readonly memoryBytes: Spread;
  /** The most at once. */
  readonly processes: number;
};

/** A chart shows no more. With twice as many samples, each point has twice as many of them. */
const MOST_POINTS = 300;

const USAGE_SAMPLE = object({
  at: TIME,
  cpuPercent: NUMBER,
  /** Shared pages count once per process. */
  memoryBytes: NUMBER,
  processes: INTEGER,
});
export const USAGE_SAMPLES = listOf(USAGE_SAMPLE);
/** What a tree used at an instant. */
export type UsageSample = Of<typeof USAGE_SAMPLE>;
/** CPU in percent of one core, memory in bytes: for charts, never for decisions. */
export type TreeUsage = Omit<UsageSample, 'at'>;

/** Adds a sample to the points of an attempt. Their number is bounded, however long it runs. */
export function addUsageSample(
  points: readonly UsagePoint[],
  sample: UsageSample,
): readonly UsagePoint[] {
  const { at, cpuPercent, memoryBytes, processes } = sample;
  const point = {
    at,
    until: at,
    samples: 1,
    cpuPercent: spreadOf(cpuPercent),
    memoryBytes: spreadOf(memoryBytes),
    processes,
  };
  const last = points.at(-1);
  const samplesPerPoint = points[0]?.samples ?? 1;
  if (last !== undefined && last.samples < samplesPerPoint)
    return [...points.slice(0, -1), merge(last, point)];
  const added = [...points, point];
  return added.length > MOST_POINTS ? mergePairs(added) : added;
}

function mergePairs(points: readonly UsagePoint[]): readonly UsagePoint[] {
  return points.flatMap((point, index) => {
    if (index % 2 === 1) return [];
    const next = points[index + 1];
    return [next === undefined ? point : merge(point, next)];
  });
}

function merge(first: UsagePoint, second: UsagePoint): UsagePoint {
  const samples = first.samples + second.samples;
  const both = (a: Spread, b: Spread): Spread => ({
    min: Math.min(a.min, b.min),
    mean: Math.round((a.mean * first.samples + b.mean * second.samples) / samples),
    max: Math.max(a.max, b.max),
  });
  return {
    at: first.at,
    until: second.until,
    samples,
    cpuPercent: both(first.cpuPercent, second.cpuPercent),
    memoryBytes: both(first.memoryBytes, second.memoryBytes),
    processes: Math.max(first.processes, second.processes),
  };
}

function spreadOf(value: number): Spread {
  return { min: value, mean: value, max: value };
}

/**
 * A point as the database keeps it: `at` and `until` in ms since 1970, samples, then min, mean and
 * max of CPU and of memory, then processes.
 */
export type UsageRow = readonly number[];

export function writeUsageRow(point: UsagePoint): UsageRow {
  const { at, until, samples, cpuPercent: cpu, memoryBytes: memory, processes } = point;
  const times = [Date.parse(at), Date.parse(until), samples];
  const spreads = [cpu.min, cpu.mean, cpu.max, memory.min, memory.mean, memory.max];
  return [...times, ...spreads, processes];
}

/** The point of a row; null where the row is none, as an odd host may write it. */
export function readUsageRow(row: UsageRow): UsagePoint | null {
  const [at, until, samples, ...rest] = row;
  const [cpuMin, cpuMean, cpuMax, memoryMin, memoryMean, memoryMax, processes] = rest;
  if (at === undefined || until === undefined || samples === undefined) return null;
  if (cpuMin === undefined || cpuMean === undefined || cpuMax === undefined) return null;
  if (memoryMin === undefined || memoryMean === undefined || memoryMax === undefined) return null;
  if (processes === undefined || !isTime(at) || !isTime(until)) return null;
  return {
    at: new Date(at).toISOString(),
    until: new Date(until).toISOString(),
    samples,
    cpuPercent: { min: cpuMin, mean: cpuMean, max: cpuMax },
    memoryBytes: { min: memoryMin, mean: memoryMean, max: memoryMax },
    processes,
  };
}

/** Within what a Date can hold. */
function isTime(ms: number): boolean {
  return Math.abs(ms) <= 8.64e15;
}
