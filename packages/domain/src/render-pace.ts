/*
 * How long a render takes, from measured renders. Durations are treated as lognormal, which fits
 * renders: none is shorter than zero, and some take much longer than the mean.
 */

/** What is known of the durations of measured renders of one template, or of one submitter. */
export type RenderPace = {
  readonly renders: number;
  readonly meanMs: number;
  /** Mean and variance of the natural logarithm of the duration in ms. */
  readonly logMean: number;
  readonly logVar: number;
};

/** From fewer renders no end is said, and their template counts as new. */
export const LEAST_RENDERS = 3;
/** The variance of a pace that was measured by an older version. */
export const USUAL_LOG_VAR = 0.16;
/** Even renders that took equally long so far differ by some percent. */
const LEAST_LOG_VAR = 0.0025;
/** The share of durations below the range, and above it. */
const OUTSIDE = 0.06;
/** The logistic curve with this slope is the normal distribution, to within 0.01. */
const SLOPE = 1.702;

const normal = (z: number) => 1 / (1 + Math.exp(-SLOPE * z));
const normalQuantile = (share: number) => Math.log(share / (1 - share)) / SLOPE;

/** How long a render that has run for `elapsedMs` will probably still take, on average. */
export function meanLeftMs({ meanMs, logMean, logVar }: RenderPace, elapsedMs: number): number {
  if (elapsedMs <= 0) return meanMs;
  const sd = Math.sqrt(Math.max(LEAST_LOG_VAR, logVar));
  const beyond = (logMean - Math.log(elapsedMs)) / sd;
  const meanIfLonger = (meanMs * normal(beyond + sd)) / normal(beyond);
  return Math.max(meanIfLonger, elapsedMs * 1.05) - elapsedMs;
}

export type Left = { readonly fromMs: number; readonly medianMs: number; readonly toMs: number };

/** How long a render will still take that has run for `elapsedMs`; 0: it has not begun. */
export function rangeLeft({ renders, logMean, logVar }: RenderPace, elapsedMs: number): Left {
  const sd = Math.sqrt(Math.max(LEAST_LOG_VAR, logVar) * (1 + 1 / renders));
  const done = elapsedMs <= 0 ? 0 : normal((Math.log(elapsedMs) - logMean) / sd);
  const left = (share: number) => {
    const reached = Math.min(0.9999, done + share * (1 - done));
    return Math.max(0, Math.exp(logMean + sd * normalQuantile(reached)) - Math.max(0, elapsedMs));
  };
  return { fromMs: left(OUTSIDE), medianMs: left(0.5), toMs: left(1 - OUTSIDE) };
}
