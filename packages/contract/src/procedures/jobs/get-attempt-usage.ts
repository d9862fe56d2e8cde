import { z } from 'zod';
import { instantSchema } from '../../instant.ts';
import { jobIdSchema } from '../../jobs/job.ts';
import { attemptNumberSchema } from './get-attempt-log.ts';

export const getAttemptUsageInput = z.object({
  id: jobIdSchema,
  /** Unset: the newest. */
  attempt: attemptNumberSchema.optional(),
});
export type GetAttemptUsageInput = z.infer<typeof getAttemptUsageInput>;

const spread = z.object({ min: z.number(), mean: z.number(), max: z.number() });
export const usagePointSchema = z.object({
  /** The first and the last of its samples. */
  at: instantSchema,
  until: instantSchema,
  samples: z.int(),
  /** In percent of one core. */
  cpuPercent: spread,
  /** Pages that processes share count once for each. */
  memoryBytes: spread,
  /** The most at once. */
  processes: z.int(),
});
export type WireUsagePoint = z.infer<typeof usagePointSchema>;

/** What the processes of an attempt used from its start on. */
export const getAttemptUsageOutput = z.object({
  attempt: z.int(),
  /** Oldest first, at most 300: each is of as many samples as the length of the attempt asks. */
  points: z.array(usagePointSchema),
});
export type GetAttemptUsageOutput = z.infer<typeof getAttemptUsageOutput>;
