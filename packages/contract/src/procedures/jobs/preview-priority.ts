import { z } from 'zod';
import { instantSchema } from '../../instant.ts';
import { startEstimateSchema } from '../../jobs/estimate.ts';
import { jobIdSchema, queryPrioritySchema } from '../../jobs/job.ts';
import { EXAMPLE_RERUN_ID, exampleStart, exampleTime } from '../examples.ts';
import type { ProcedureSpec } from '../spec.ts';
import { examplePriorityReceipt, placeSchema } from './set-priority.ts';

/** The highest number of moved jobs that one answer can name. */
export const MOST_MOVED = 500;
const LIMIT = `limit is a whole number from 0 to ${MOST_MOVED}.`;
const SKIP = 'skip is a whole number, 0 or more.';

export const previewPriorityInput = z.object({
  id: jobIdSchema,
  priority: queryPrioritySchema,
  skip: z.coerce
    .number({ error: SKIP })
    .pipe(z.int32({ error: SKIP }).min(0, { error: SKIP }))
    .default(0)
    .describe('How many of the nearest jobs that move are left out.'),
  limit: z.coerce
    .number({ error: LIMIT })
    .int({ error: LIMIT })
    .min(0, { error: LIMIT })
    .max(MOST_MOVED, { error: LIMIT })
    .default(5)
    .describe('How many of the jobs that move are named, the nearest ones.'),
});
export type PreviewPriorityInput = z.infer<typeof previewPriorityInput>;
export const previewPriorityOutput = z.object({
  priority: placeSchema,
  position: placeSchema,
  version: z.int(),
  /** The number of all jobs that wait. */
  queued: z.int(),
  /** How many jobs change places with this job: it overtakes them, or they overtake it. */
  movedCount: z.int(),
  /** The nearest of these jobs, in queue order, with their positions before and after. */
  moved: z.array(
    z.object({ id: jobIdSchema, name: z.string(), submittedBy: z.string(), position: placeSchema }),
  ),
  /** When the job starts, and would start. Unset if the server has an older version. */
  start: z
    .object({
      before: startEstimateSchema,
      after: startEstimateSchema,
      /** How much later it would start; less than 0: earlier. Null if that is not known. */
      shiftMs: z.int().nullable(),
      /** It is at least so much in 90 of 100 cases. */
      sureMs: z.int().nullable(),
    })
    .optional(),
  at: instantSchema,
});
export type PreviewPriorityOutput = z.infer<typeof previewPriorityOutput>;

export const previewPriority = {
  action: 'previewPriority',
  input: previewPriorityInput,
  output: previewPriorityOutput,
  rest: {
    method: 'GET',
    path: '/jobs/:id/priority/preview',
    tag: 'jobs',
    summary: 'Show what a priority would change',
    description:
      'The place in the queue that the job has and would get, and the jobs that it would ' +
      'overtake or that would pass it: how many, and the nearest of them. Nothing changes. ' +
      '`version` is for `expectedVersion` of the change.',
    errors: ['job_not_found', 'job_not_queued'],
    example: {
      answer: {
        priority: examplePriorityReceipt.priority,
        position: examplePriorityReceipt.position,
        version: 1,
        queued: 312,
        movedCount: 2,
        moved: [
          {
            id: EXAMPLE_RERUN_ID,
            name: 'Outro',
            submittedBy: 'sam',
            position: { before: 2, after: 3 },
          },
        ],
        start: {
          before: exampleStart('12:40', '13:30'),
          after: exampleStart('12:10', '12:40'),
          shiftMs: -2_400_000,
          sureMs: -2_064_000,
        },
        at: exampleTime(5),
      },
    },
  },
} as const satisfies ProcedureSpec;
