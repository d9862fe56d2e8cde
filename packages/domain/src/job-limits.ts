/** How long a render may take, in ms: from launch to its first word, without a new frame, in all. What is not set is left to the host. */
export type JobLimits = {
  readonly launchMs?: number;
  readonly stallMs?: number;
  readonly totalMs?: number;
};

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** What a job may ask for: no limit that ends healthy renders, none that lets a dead one hold its slot for weeks. */
export const LIMIT_BOUNDS = {
  launchMs: { min: 10_000, max: HOUR_MS },
  stallMs: { min: 10_000, max: 24 * HOUR_MS },
  totalMs: { min: MINUTE_MS, max: 30 * 24 * HOUR_MS },
} as const satisfies Readonly<
  Record<keyof JobLimits, { readonly min: number; readonly max: number }>
>;
