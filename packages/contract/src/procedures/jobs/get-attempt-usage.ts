import { z } from 'zod';
import { instantSchema } from '../../instant.ts';
import { jobIdSchema } from '../../jobs/job.ts';
import { exampleTime } from '../examples.ts';
import type { ProcedureSpec } from '../spec.ts';
import { attemptNumberSchema } from './get-attempt-log.ts';

export const getAttemptUsageInput = z.object({
  id: jobIdSchema,
  /** Unset: the newest attempt. */
  attempt: attemptNumberSchema.optional(),
});
export type GetAttemptUsageInput = z.infer<typeof getAttemptUsageInput>;

const spread = z.object({ min: z.number(), mean: z.number(), max: z.number() });
export const usagePointSchema = z.object({
  /** The times of the first and of the last sample. */
  at: instantSchema,
  until: instantSchema,
  samples: z.int(),
  /** In percent of one core. */
  cpuPercent: spread,
  /** A page that several processes share counts once for each process. */
  memoryBytes: spread,
  /** The highest number of processes at one time. */
  processes: z.int(),
});
export type WireUsagePoint = z.infer<typeof usagePointSchema>;

/** What the processes of an attempt used since its start. */
export const getAttemptUsageOutput = z.object({
  attempt: z.int(),
  /** Oldest first, at most 300. The longer the attempt, the more samples each point combines. */
  points: z.array(usagePointSchema),
});
export type GetAttemptUsageOutput = z.infer<typeof getAttemptUsageOutput>;

export const getAttemptUsage = {
  action: 'getAttemptUsage',
  input: getAttemptUsageInput,
  output: getAttemptUsageOutput,
  rest: {
    method: 'GET',
    path: '/jobs/:id/attempts/:number/usage',
    names: { number: 'attempt' },
    tag: 'jobs',
    summary: 'Show what an attempt used from its start on',
    description:
      'CPU and memory of all its processes together, in at most 300 points with the least, the ' +
      'mean and the most of each.',
    errors: ['job_not_found', 'attempt_not_found'],
    example: {
      answer: {
        attempt: 1,
        points: [
          {
            at: exampleTime(10),
            until: exampleTime(12),
            samples: 2,
            cpuPercent: { min: 180, mean: 210, max: 240 },
            memoryBytes: { min: 4_000_000_000, mean: 4_500_000_000, max: 5_000_000_000 },
            processes: 3,
          },
        ],
      },
    },
  },
} as const satisfies ProcedureSpec;
