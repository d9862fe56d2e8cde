/*
 * How long a render will still take. `estimateEnd` uses the frames and earlier runs, `keepEnd`
 * keeps an estimate until a new one differs clearly, and `stepTimeLeft` rounds the shown time.
 * Because a stored estimate stays the same for a while, the shown time only falls.
 */
const MINUTE_MS = 60_000;
/**
 * Below this percentage, or earlier than this after the start of the render, there is no estimate.
 */
const LEAST_PERCENT = 5;
const LEAST_RENDER_MS = MINUTE_MS;
/** If a frame takes longer than this many times the mean, the progress counts as old. */
const OLD_AFTER_FRAMES = 4;
const OLD_AFTER_MS = 2 * MINUTE_MS;
/** A new estimate replaces the old one if it differs by this share of the time left. */
const CLEAR_SHARE = 0.25;
const CLEAR_MS = 30_000;

export const UNDER_TWO_MINUTES_MS = MINUTE_MS;

export type Pace = {
  readonly percent: number;
  readonly frame: number | null;
  readonly totalFrames: number | null;
  /** When the worker last reported progress. */
  readonly progressAt: Date;
  readonly startedAt: Date;
  /** When the step that renders frames began; null before it began, or if that is not known. */
  readonly renderStartedAt: Date | null;
  /**
   * The mean duration of earlier finished attempts of the same template; null if there are none.
   */
  readonly earlierMs: number | null;
};

/**
 * When the attempt will probably end. Null if too little is known, or if the progress is too old.
 */
export function estimateEnd(pace: Pace, now: Date): Date | null {
  const { renderStartedAt, startedAt, progressAt, earlierMs } = pace;
  const share = shareDone(pace);
  if (renderStartedAt === null || share * 100 < LEAST_PERCENT) return null;
  if (now.getTime() - renderStartedAt.getTime() < LEAST_RENDER_MS) return null;
  const renderedMs = Math.max(0, progressAt.getTime() - renderStartedAt.getTime());
  if (share < 1 && now.getTime() - progressAt.getTime() > oldAfterMs(pace, renderedMs)) return null;
  const byEarlier = earlierMs === null ? null : startedAt.getTime() + earlierMs;
  const isUseful = byEarlier !== null && byEarlier > now.getTime();
  if (share >= 1) return isUseful ? new Date(byEarlier) : null;
  const byFrames = progressAt.getTime() + (renderedMs * (1 - share)) / share;
  if (!isUseful) return new Date(byFrames);
  return new Date(byFrames * share + byEarlier * (1 - share));
}

/** The estimate to store: the stored one, unless the new one differs clearly or is null. */
export function keepEnd(stored: Date | null, estimated: Date | null, now: Date): Date | null {
  if (stored === null || estimated === null) return estimated;
  const leftMs = Math.max(0, estimated.getTime() - now.getTime());
  const clearMs = Math.max(CLEAR_MS, CLEAR_SHARE * leftMs);
  return Math.abs(estimated.getTime() - stored.getTime()) > clearMs ? estimated : stored;
}

/**
 * Rounds to steps: 5 min for 10 min and more, 1 min for 2 min and more, else a value that means
 * "under 2 min".
 */
export function stepTimeLeft(leftMs: number): number {
  if (leftMs < 2 * MINUTE_MS) return UNDER_TWO_MINUTES_MS;
  const stepMs = leftMs >= 10 * MINUTE_MS ? 5 * MINUTE_MS : MINUTE_MS;
  return Math.round(leftMs / stepMs) * stepMs;
}

function shareDone({ percent, frame, totalFrames }: Pace): number {
  if (frame === null || totalFrames === null || totalFrames <= 0) return percent / 100;
  return Math.min(1, Math.max(0, frame / totalFrames));
}

function oldAfterMs({ frame }: Pace, renderedMs: number): number {
  const perFrameMs = frame === null || frame <= 0 ? 0 : renderedMs / frame;
  return Math.max(OLD_AFTER_MS, OLD_AFTER_FRAMES * perFrameMs);
}
