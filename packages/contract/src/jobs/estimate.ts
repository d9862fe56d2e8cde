import { ESTIMATE_GAPS, type JobEstimate, type TimeRange } from '@renderdeck/domain';
import { z } from 'zod';
import { instantSchema } from '../instant.ts';

/** A time is expected between these two. */
export const timeRangeSchema = z.object({ from: instantSchema, to: instantSchema });
export type WireTimeRange = z.infer<typeof timeRangeSchema>;

export const estimateGapSchema = z.enum(ESTIMATE_GAPS);

/** When a job starts, as previews have it. */
export const startEstimateSchema = z.object({
  startsAt: timeRangeSchema.nullable(),
  /** Why it is not known; null if it is. */
  notKnown: estimateGapSchema.nullable(),
});
export type WireStartEstimate = z.infer<typeof startEstimateSchema>;

/**
 * When a job that waits or renders will start and end. About 88 of 100 starts and ends are in their
 * range. It decides nothing, and what is submitted later may change it.
 */
export const estimateSchema = z.object({
  /** Null if the job renders, or if it is not known. */
  startsAt: timeRangeSchema.nullable(),
  endsAt: timeRangeSchema.nullable(),
  /** The measured renders that the end is from; null if it is not known or from frames only. */
  ground: z.object({ of: z.enum(['template', 'submitter']), renders: z.int() }).nullable(),
  /** Why the start of a waiting job, or else the end, is not known; null if both are. */
  notKnown: estimateGapSchema.nullable(),
});
export type WireEstimate = z.infer<typeof estimateSchema>;

export function wireEstimate(estimate: JobEstimate): WireEstimate {
  const { startsAt, endsAt } = estimate;
  return { ...estimate, startsAt: wireRange(startsAt), endsAt: wireRange(endsAt) };
}

export function wireStartEstimate({
  startsAt,
  notKnown,
}: Pick<JobEstimate, 'startsAt' | 'notKnown'>): WireStartEstimate {
  return { startsAt: wireRange(startsAt), notKnown };
}

export function wireRange(range: TimeRange | null): WireTimeRange | null {
  return range && { from: range.from.toISOString(), to: range.to.toISOString() };
}
