import { median, quantile } from './numbers.ts';

/** One row of the table. */
export type Finding = {
  readonly what: string;
  readonly samples: number;
  readonly p50: string;
  readonly p99: string;
  /** Compared with a measurement that took turns with this one. */
  readonly ratio: string;
  readonly target: string;
  /** Null when there is no target. */
  readonly met: boolean | null;
};

/** A row for durations in ms, with a ratio and a target if `against` gives them. */
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

/** Rounds to two or three digits, because the rest is noise. */
export function round(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(value >= 10 ? 3 : 2);
}
