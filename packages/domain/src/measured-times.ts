/*
 * How measured times are kept: each counts under the least bound that it does not exceed. So a
 * percentile is a bound, and it is never less than what was measured.
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

/** The bound that this part of the times did not exceed; null where there are none. */
export function quantileOf(times: readonly CountedTime[], part: number): number | null {
  const total = times.reduce((sum, { count }) => sum + count, 0);
  const inOrder = [...times].sort((a, b) => a.atMostMs - b.atMostMs);
  let seen = 0;
  for (const { atMostMs, count } of inOrder) {
    seen += count;
    if (count > 0 && seen >= part * total) return atMostMs;
  }
  return null;
}
