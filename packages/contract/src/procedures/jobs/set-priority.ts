import { z } from 'zod';
import { instantSchema } from '../../instant.ts';
import { jobIdSchema, jobSchema, prioritySchema, queryPrioritySchema } from '../../jobs/job.ts';

export const setPriorityInput = z.object({
  id: jobIdSchema,
  priority: prioritySchema,
  /** Refuse when the job has another version by now. */
  expectedVersion: z
    .int32({ error: 'expectedVersion is the whole number that the job showed as its version.' })
    .optional(),
});
export type SetPriorityInput = z.infer<typeof setPriorityInput>;

const place = z.object({ before: z.int(), after: z.int() });
/**
 * The answer to a priority change. Both positions are counted at one moment, after the change:
 * `before` is the position that the job would have then with its earlier priority.
 */
export const priorityReceiptSchema = z.object({
  priority: place,
  position: place,
  changedBy: z.string(),
  changedAt: instantSchema,
  /** The moment of which both positions are. */
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

/** How many of the jobs that move one answer can name. */
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
  priority: place,
  position: place,
  version: z.int(),
  /** Jobs that wait in all. */
  queued: z.int(),
  /** How many jobs change places with this one: it overtakes them, or they pass it. */
  movedCount: z.int(),
  /** The nearest of them, in queue order, with their places now and then. */
  moved: z.array(
    z.object({ id: jobIdSchema, name: z.string(), submittedBy: z.string(), position: place }),
  ),
  at: instantSchema,
});
export type PreviewPriorityOutput = z.infer<typeof previewPriorityOutput>;
