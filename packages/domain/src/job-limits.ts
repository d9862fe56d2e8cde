/**
 * How long a render may take, in ms: from the launch to the first output, without a new frame, and
 * in total. For a limit that is not set, the limit of the host is used.
 */
export type JobLimits = {
  readonly launchMs?: number;
  readonly stallMs?: number;
  readonly totalMs?: number;
};

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * The range of each limit: long enough for a healthy render, short enough to free the slot of a
 * dead one.
 */
export const LIMIT_BOUNDS = {
  launchMs: { min: 10_000, max: HOUR_MS },
  stallMs: { min: 10_000, max: 24 * HOUR_MS },
  totalMs: { min: MINUTE_MS, max: 30 * 24 * HOUR_MS },
} as const satisfies Readonly<
  Record<keyof JobLimits, { readonly min: number; readonly max: number }>
>;
