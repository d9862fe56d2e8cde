import { type MeasureRange, spanOf } from './summarise-measures.ts';

const MINUTE_MS = 60_000;
/** Samples of the queue are kept this long. So the same hour of each of 7 days can be compared. */
export const KEEP_SAMPLES_MS = 8 * 24 * 3_600_000;

/** The queue at one moment: how many jobs wait, and since when the oldest of them waits. */
export type QueueNow = { readonly waiting: number; readonly oldestMs: number | null };
/** The most of each in one step; null if there is no sample. */
export type QueueStep = { readonly waiting: number | null; readonly oldestMs: number | null };
export type QueueSeries = QueueNow & {
  /** How many jobs waited at this hour of the day on the days before; null if not known. */
  readonly usual: number | null;
  readonly stepMs: number;
  readonly steps: readonly QueueStep[];
};

const STEP_MS = {
  '24h': 5 * MINUTE_MS,
  '7d': 30 * MINUTE_MS,
  '30d': 120 * MINUTE_MS,
} as const satisfies Record<MeasureRange, number>;

/** The steps of the samples of a range: more and shorter ones than those of the measures. */
export function queueSpanOf(range: MeasureRange, now: Date) {
  const { from, to } = spanOf(range, now);
  const stepMs = STEP_MS[range];
  return { from, to, stepMs, count: (to.getTime() - from.getTime()) / stepMs };
}

/** Puts what was sampled into the steps of a range. `at`: the start of a step. */
export function queueSteps(
  range: MeasureRange,
  now: Date,
  sampled: readonly (QueueNow & { readonly at: Date })[],
): readonly QueueStep[] {
  const { from, stepMs, count } = queueSpanOf(range, now);
  const steps: QueueStep[] = Array.from({ length: count }, () => ({
    waiting: null,
    oldestMs: null,
  }));
  for (const { at, waiting, oldestMs } of sampled)
    steps[Math.floor((at.getTime() - from.getTime()) / stepMs)] = { waiting, oldestMs };
  return steps;
}
