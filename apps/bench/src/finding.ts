import { median, quantile } from './numbers.ts';

/** One line of the table. */
export type Finding = {
  readonly what: string;
  readonly samples: number;
  readonly p50: string;
  readonly p99: string;
  /** Against what was measured in the same run, turn by turn. */
  readonly ratio: string;
  readonly target: string;
  /** Null where nothing is promised. */
  readonly met: boolean | null;
};

/** Durations in ms; without `ratio` and `target` they stand for themselves. */
export function timed(
  what: string,
  samples: readonly number[],
  against: Partial<Pick<Finding, 'ratio' | 'target' | 'met'>> = {},
): Finding {
  const p50 = `${round(median(samples))} ms`;
  return {
    what,
    samples: samples.length,
    p50,
    p99: `${round(quantile(samples, 0.99))} ms`,
    ratio: '',
    target: '',
    met: null,
    ...against,
  };
}

/** Two digits that count: noise hides the rest. */
export function round(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(value >= 10 ? 3 : 2);
}
