import { z } from 'zod';
import { instant } from '../instant.ts';
import { job, jobId, priority } from './job.ts';

export const setPriorityInput = z.object({
  id: jobId,
  priority,
  /** Refuse when the job has another version by now. */
  expectedVersion: z
    .int32({ error: 'expectedVersion is the whole number that the job showed as its version.' })
    .optional(),
});
export type SetPriorityInput = z.infer<typeof setPriorityInput>;

const place = z.object({ before: z.int(), after: z.int() });
/** The answer to a priority change. Positions are exact at commit. */
export const priorityReceipt = z.object({
  priority: place,
  position: place,
  changedBy: z.string(),
  changedAt: instant,
  version: z.int(),
  noop: z.boolean(),
});
export type WirePriorityReceipt = z.infer<typeof priorityReceipt>;
export const setPriorityOutput = z.object({ job, newPosition: z.int(), receipt: priorityReceipt });
export type SetPriorityOutput = z.infer<typeof setPriorityOutput>;

export const previewPriorityInput = z.object({ id: jobId, priority });
export type PreviewPriorityInput = z.infer<typeof previewPriorityInput>;
export const previewPriorityOutput = z.object({
  priority: place,
  position: place,
  version: z.int(),
  /** Jobs that wait in all. */
  queued: z.int(),
  /** How many jobs change places with this one: it overtakes them, or they pass it. */
  movedCount: z.int(),
  /** The nearest few of them, in queue order, with their places now and then. */
  moved: z.array(
    z.object({ id: jobId, name: z.string(), submittedBy: z.string(), position: place }),
  ),
  at: instant,
});
export type PreviewPriorityOutput = z.infer<typeof previewPriorityOutput>;
