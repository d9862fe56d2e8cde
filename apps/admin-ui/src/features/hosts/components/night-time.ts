const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How much time the night shows, and how often it is read again. */
export const SPANS = {
  '1h': { ms: HOUR, stepMs: 15_000 },
  '12h': { ms: 12 * HOUR, stepMs: 30_000 },
  '7d': { ms: 7 * DAY, stepMs: 5 * MINUTE },
} as const;
export type Span = keyof typeof SPANS;

/**
 * The time to ask for. Its end is rounded up, so that all pages ask for the same times and share
 * the answer.
 */
export function rangeOf(span: Span, nowMs: number): { from: string; to: string } {
  const { ms, stepMs } = SPANS[span];
  const to = Math.ceil((nowMs + 1) / stepMs) * stepMs;
  return { from: new Date(to - ms).toISOString(), to: new Date(to).toISOString() };
}

const TICK_STEPS = [5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880].map((n) => n * MINUTE);
const LEAST_TICK_PX = 72;

/** A label at the edge would be cut off. */
const EDGE_PX = 20;

/** The times of the axis, at full hours or days of the local clock. */
export function ticksOf(startMs: number, endMs: number, width: number): readonly number[] {
  const msPerPx = (endMs - startMs) / Math.max(1, width);
  const fits = TICK_STEPS.find((ms) => ms / msPerPx >= LEAST_TICK_PX) ?? 7 * DAY;
  const offset = new Date(endMs).getTimezoneOffset() * MINUTE;
  const ticks: number[] = [];
  const first = Math.ceil((startMs - offset) / fits) * fits + offset;
  for (let at = first; at < endMs - EDGE_PX * msPerPx; at += fits)
    if (at > startMs + EDGE_PX * msPerPx) ticks.push(at);
  return ticks;
}

const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const DATE = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

/** "02:00", or "1 Dec" at midnight. */
export function formatTick(at: number): string {
  const clock = CLOCK.format(at);
  return clock === '00:00' ? DATE.format(at) : clock;
}
