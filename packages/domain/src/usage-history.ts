import { INTEGER, listOf, NUMBER, type Of, object, TIME } from './shape.ts';

/** The minimum, the mean and the maximum of the measured values. */
export type Spread = { readonly min: number; readonly mean: number; readonly max: number };

/** What a process tree used during a part of its attempt, from the first sample to the last. */
export type UsagePoint = {
  readonly at: string;
  readonly until: string;
  readonly samples: number;
  readonly cpuPercent: Spread;
  readonly memoryBytes: Spread;
  /** The highest number of processes at one time. */
  readonly processes: number;
};

/**
 * A chart shows no more points. If the number of samples doubles, each point holds twice as many.
 */
const MOST_POINTS = 300;

const USAGE_SAMPLE = object({
  at: TIME,
  cpuPercent: NUMBER,
  /** A page that several processes share counts once for each process. */
  memoryBytes: NUMBER,
  processes: INTEGER,
});
export const USAGE_SAMPLES = listOf(USAGE_SAMPLE);
/** What a process tree used at one moment. */
export type UsageSample = Of<typeof USAGE_SAMPLE>;
/** CPU in percent of one core, memory in bytes: for charts, never for decisions. */
export type TreeUsage = Omit<UsageSample, 'at'>;

/** Adds a sample to the points of an attempt. The number of points is limited for any duration. */
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

const USAGE_ROW = listOf(NUMBER);
export const USAGE_ROWS = listOf(USAGE_ROW);
/**
 * A point as the database stores it: `at` and `until` in ms since 1970, samples, then min, mean and
 * max of CPU and of memory, then processes.
 */
export type UsageRow = Of<typeof USAGE_ROW>;

export function writeUsageRow(point: UsagePoint): UsageRow {
  const { at, until, samples, cpuPercent: cpu, memoryBytes: memory, processes } = point;
  const times = [Date.parse(at), Date.parse(until), samples];
  const spreads = [cpu.min, cpu.mean, cpu.max, memory.min, memory.mean, memory.max];
  return [...times, ...spreads, processes];
}

/** The point of a row; null if the row is invalid, which a faulty host may write. */
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

/** Whether a Date can hold this value. */
function isTime(ms: number): boolean {
  return Math.abs(ms) <= 8.64e15;
}
