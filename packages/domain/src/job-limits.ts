/**
 * How long a render may take, in ms: from launch to its first output, without a new frame, and in
 * all. The host's own limit holds where one is not set.
 */
export type JobLimits = {
  readonly launchMs?: number;
  readonly stallMs?: number;
  readonly totalMs?: number;
};

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * The range of each limit: long enough for healthy renders, short enough to free a dead one's slot.
 */
export const LIMIT_BOUNDS = {
  launchMs: { min: 10_000, max: HOUR_MS },
  stallMs: { min: 10_000, max: 24 * HOUR_MS },
  totalMs: { min: MINUTE_MS, max: 30 * 24 * HOUR_MS },
} as const satisfies Readonly<
  Record<keyof JobLimits, { readonly min: number; readonly max: number }>
>;
