import { median, quantile } from './numbers.ts';

/** One row of the table. */
export type Finding = {
  readonly what: string;
  readonly samples: number;
  readonly p50: string;
  readonly p99: string;
  /** The result compared with a measurement that took turns with it. */
  readonly ratio: string;
  readonly target: string;
  /** Null if there is no target. */
  readonly met: boolean | null;
};
export type Against = Partial<Pick<Finding, 'ratio' | 'target' | 'met'>>;

const NO_TARGET = { ratio: '', target: '', met: null } as const;

/** A row for durations in ms. `against` may add a ratio and a target. */
export function timed(
  what: string,
  samples: readonly number[] = [],
  against: Against = {},
): Finding {
  const p50 = `${round(median(samples))} ms`;
  const p99 = `${round(quantile(samples, 0.99))} ms`;
  return { ...NO_TARGET, what, samples: samples.length, p50, p99, ...against };
}

/** A row for rates per second. `times` is the number of actions in each measurement. */
export function rated(
  what: string,
  samples: readonly number[] = [],
  times: number,
  against: Against = {},
): Finding {
  const p50 = `${round(median(samples))} /s`;
  return { ...NO_TARGET, what, samples: samples.length * times, p50, p99: '', ...against };
}

/** A row for one number. */
export function counted(what: string, value: string, against: Against = {}): Finding {
  return { ...NO_TARGET, what, samples: 1, p50: value, p99: '', ...against };
}

/**
 * Returns the ratio as text, and whether it is at most `most` or at least `least`. Throws if one of
 * the two sides was not measured.
 */
export function compare(
  ratio: number,
  to: string,
  { most, least }: { readonly most?: number; readonly least?: number } = {},
): Against {
  if (Number.isNaN(ratio)) throw new Error(`nothing was measured to compare with ${to}`);
  const text = `${round(ratio)} × ${to}`;
  if (most !== undefined) return { ratio: text, target: `≤ ${most} × ${to}`, met: ratio <= most };
  if (least !== undefined)
    return { ratio: text, target: `≥ ${least} × ${to}`, met: ratio >= least };
  return { ratio: text };
}

/** Rounds to two or three digits, because further digits are noise. */
export function round(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(value >= 10 ? 3 : 2);
}

/** Writes a number of jobs in the short form: 100k, 1M. */
export function jobs(count: number): string {
  if (count >= 1_000_000) return `${count / 1_000_000}M`;
  return count >= 1000 ? `${count / 1000}k` : String(count);
}
