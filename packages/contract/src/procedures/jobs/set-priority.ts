import { z } from 'zod';
import { instantSchema } from '../../instant.ts';
import { jobIdSchema, jobSchema, prioritySchema } from '../../jobs/job.ts';
import { exampleTime } from '../examples.ts';
import type { ProcedureSpec } from '../spec.ts';

export const setPriorityInput = z.object({
  id: jobIdSchema,
  priority: prioritySchema,
  /** Refuse when the job has another version by now. */
  expectedVersion: z
    .int32({ error: 'expectedVersion is the whole number that the job showed as its version.' })
    .optional(),
});
export type SetPriorityInput = z.infer<typeof setPriorityInput>;

export const placeSchema = z.object({ before: z.int(), after: z.int() });
/**
 * The answer to a priority change. Both positions are counted at one moment, after the change:
 * `before` is the position that the job would have then with its earlier priority.
 */
export const priorityReceiptSchema = z.object({
  priority: placeSchema,
  position: placeSchema,
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

/** A receipt of the examples. */
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
} as const satisfies ProcedureSpec;
