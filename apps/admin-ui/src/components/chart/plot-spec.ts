/** The fills of tokens.css. `hollow` is an outline of the colour of a running render. */
export type Fill =
  | 'finished'
  | 'running'
  | 'hollow'
  | 'failed'
  | 'stopped'
  | 'unproven'
  | 'given-back';

export type Series = {
  readonly label: string;
  readonly fill: Fill;
  readonly values: readonly (number | null)[];
};

/** One drawing over the time axis of a chart. */
export type PlotSpec = {
  readonly title: string;
  /** `stack`: bars on each other. `bars`: bars in front of each other, the first one behind. */
  readonly kind: 'stack' | 'bars' | 'lines';
  readonly series: readonly Series[];
  /** In px, with the time axis. */
  readonly height: number;
  /** The end of the scale; unset: what the values need. */
  readonly most?: number;
  /** The steps that the scale may have, ascending. */
  readonly increments: readonly number[];
  readonly format: (value: number) => string;
  /** False: the next plot below has the time axis. */
  readonly hasTimes?: boolean;
};

const DECADES = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000];
/** Steps of a scale of things that are counted. */
export const COUNTS = DECADES.flatMap((decade) => [decade, 2 * decade, 5 * decade]);

const [SECOND, MINUTE, HOUR, DAY] = [1000, 60_000, 3_600_000, 86_400_000];
/** Steps of a scale of durations in ms. */
export const DURATIONS = [
  ...[10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 5, 10, 20, 50].map((days) => days * DAY),
];

/** "200 ms", "30 s", "1.5 min", "3 h", "2 d": a value of DURATIONS, or a multiple. */
export function formatTick(ms: number): string {
  if (ms === 0) return '0';
  if (ms < SECOND) return `${ms} ms`;
  if (ms < MINUTE) return `${ms / SECOND} s`;
  if (ms < 2 * HOUR) return `${ms / MINUTE} min`;
  return ms < 2 * DAY ? `${Math.round(ms / HOUR)} h` : `${Math.round(ms / DAY)} d`;
}

const MOST_TICKS = 4;

/** The marks of the scale, from 0 to the first one that no value is above. */
export function ticksOf({ kind, series, most, increments }: PlotSpec): readonly number[] {
  const drawn = kind === 'stack' ? stackUp(series) : series.map(({ values }) => values);
  const top = most ?? Math.max(0, ...drawn.flat().map((value) => value ?? 0));
  const step = increments.find((one) => top <= one * MOST_TICKS) ?? top / MOST_TICKS;
  const count = Math.max(1, most === undefined ? Math.ceil(top / step) : Math.floor(top / step));
  const ticks = Array.from({ length: count + 1 }, (_, index) => index * step);
  return most === undefined || ticks.at(-1) === most ? ticks : [...ticks.slice(0, -1), most];
}

/** The values of each series on top of those before it. */
export function stackUp(series: readonly Series[]): readonly (number | null)[][] {
  const sums: number[] = [];
  return series.map(({ values }) =>
    values.map((value, index) => {
      sums[index] = (sums[index] ?? 0) + (value ?? 0);
      return value === null || value === 0 ? null : (sums[index] ?? 0);
    }),
  );
}
