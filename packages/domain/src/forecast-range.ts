/*
 * How far a forecast of a start can be trusted: as far as earlier forecasts of its size could. A
 * forecast is kept now and then; when its job starts, its error is the logarithm of the true wait
 * over the forecast wait. The range holds 88 of 100 of the last errors of its bin: its size, and
 * whether jobs come in.
 */
const MINUTE_S = 60;
/** Below some minutes, differences count more than ratios. */
const SMALL_S = 3 * MINUTE_S;
/** Errors are kept by the size of the forecast. These are the bounds of the sizes. */
const BOUNDS_S = [5, 20, 60, 180].map((minutes) => minutes * MINUTE_S);
const KEPT_ERRORS = 2000;
/** With fewer errors the range is USUAL_SPAN. */
const LEAST_ERRORS = 60;
const HELD = 0.88;
/** One extreme error, for example after the clock of the database jumped, must not count more. */
const MOST_ERROR = 3;

/** Bounds of the error. */
export type ErrorSpan = { readonly low: number; readonly high: number };
export const USUAL_SPAN: ErrorSpan = { low: -0.45, high: 0.45 };

export type WaitRange = { readonly fromS: number; readonly toS: number };

/** The number of the size of a forecast, from 0. */
export function sizeOfForecast(saidS: number): number {
  const size = BOUNDS_S.findIndex((bound) => saidS < bound);
  return size < 0 ? BOUNDS_S.length : size;
}

/** The errors of forecasts that were made while jobs come in are kept apart: they are larger. */
export function binOfForecast(saidS: number, isFilling: boolean): number {
  return sizeOfForecast(saidS) + (isFilling ? BOUNDS_S.length + 1 : 0);
}

export function forecastError(saidS: number, trueS: number): number {
  const error = Math.log((Math.max(0, trueS) + SMALL_S) / (saidS + SMALL_S));
  return Math.max(-MOST_ERROR, Math.min(MOST_ERROR, error));
}

/** The last errors, of the kept ones and the new ones. */
export function keepErrors(kept: readonly number[], added: readonly number[]): readonly number[] {
  return [...kept, ...added].slice(-KEPT_ERRORS);
}

/** The shortest span with 88 of 100 of the errors. */
export function spanOfErrors(errors: readonly number[]): ErrorSpan {
  if (errors.length < LEAST_ERRORS) return USUAL_SPAN;
  const sorted = errors.toSorted((one, other) => one - other);
  const held = Math.ceil(HELD * sorted.length);
  let span = USUAL_SPAN;
  let width = Number.POSITIVE_INFINITY;
  for (let first = 0; first + held <= sorted.length; first += 1) {
    const [low = 0, high = 0] = [sorted[first], sorted[first + held - 1]];
    if (high - low >= width) continue;
    width = high - low;
    span = { low, high };
  }
  return span;
}

/** `spans`: by the bin of the forecast; USUAL_SPAN for a bin that has none. */
export function rangeOfWait(
  saidS: number,
  isFilling: boolean,
  spans: ReadonlyMap<number, ErrorSpan>,
): WaitRange {
  const { low, high } = spans.get(binOfForecast(saidS, isFilling)) ?? USUAL_SPAN;
  const at = (error: number) => Math.max(0, (saidS + SMALL_S) * Math.exp(error) - SMALL_S);
  return { fromS: at(low), toS: at(high) };
}

/** The range of the time when the queue is empty, if nothing is submitted: ±30 % and 3 min. */
export function rangeOfEmpty(saidS: number): WaitRange {
  return { fromS: Math.max(0, saidS * 0.7 - SMALL_S), toS: saidS * 1.3 + SMALL_S };
}
