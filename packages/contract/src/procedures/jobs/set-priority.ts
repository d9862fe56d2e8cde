import { z } from 'zod';
import { instantSchema } from '../../instant.ts';
import { jobIdSchema, jobSchema, prioritySchema } from '../../jobs/job.ts';
import { exampleJob, exampleTime } from '../examples.ts';
import type { ProcedureSpec } from '../spec.ts';

export const setPriorityInput = z.object({
  id: jobIdSchema,
  priority: prioritySchema,
  /** Refuse the change if the job has another version now. */
  expectedVersion: z
    .int32({ error: 'expectedVersion is the whole number that the job showed as its version.' })
    .optional(),
});
export type SetPriorityInput = z.infer<typeof setPriorityInput>;

export const placeSchema = z.object({ before: z.int(), after: z.int() });
/**
 * The answer to a priority change. Both positions are counted at one moment after the change.
 * `before` is the position that the job would have at that moment with its earlier priority.
 */
export const priorityReceiptSchema = z.object({
  priority: placeSchema,
  position: placeSchema,
  changedBy: z.string(),
  changedAt: instantSchema,
  /** The moment at which both positions were counted. */
  countedAt: instantSchema,
  version: z.int(),
  noop: z.boolean(),
});
export type WirePriorityReceipt = z.infer<typeof priorityReceiptSchema>;
export const setPriorityOutput = z.object({
  job: jobSchema,
  newPosition: z.int(),
  receipt: priorityReceiptSchema,
});
export type SetPriorityOutput = z.infer<typeof setPriorityOutput>;

/** A receipt of a priority change that the examples show. */
export const examplePriorityReceipt: WirePriorityReceipt = {
  priority: { before: 50, after: 90 },
  position: { before: 3, after: 1 },
  changedBy: 'ada',
  changedAt: exampleTime(5),
  countedAt: exampleTime(5),
  version: 2,
  noop: false,
};

export const setPriority = {
  action: 'setPriority',
  input: setPriorityInput,
  output: setPriorityOutput,
  rest: {
    method: 'PATCH',
    path: '/jobs/:id/priority',
    tag: 'jobs',
    summary: 'Set the priority of a queued job',
    description:
      'A whole number from 0 to 100, larger runs first. `newPosition` is the exact place in ' +
      'the queue at `receipt.countedAt`, 1 is next; `position.before` is the place that the ' +
      'job would have at the same moment with its earlier priority. `If-Match` with the ETag ' +
      'of the job as you saw it is `expectedVersion`.',
    special: 'ETag and If-Match',
    errors: ['job_not_found', 'job_not_queued', 'stale_version'],
    example: {
      body: { priority: 90 },
      answers: {
        200: {
          success: true,
          job: { ...exampleJob, priority: 90, position: 1, version: 2 },
          newPosition: 1,
          receipt: examplePriorityReceipt,
        },
      },
    },
  },
} as const satisfies ProcedureSpec;
