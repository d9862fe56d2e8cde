import { z } from 'zod';
import { cancelReceiptSchema, jobIdSchema, jobSchema } from '../../jobs/job.ts';
import { isStorable, NOT_STORABLE } from '../../storable.ts';

export const reasonSchema = z
  .string({ error: 'A reason is text.' })
  .trim()
  .max(140, { error: 'A reason has at most 140 characters.' })
  .refine(isStorable, { error: NOT_STORABLE })
  .transform((text) => (text === '' ? undefined : text));

export const cancelJobInput = z.object({
  id: jobIdSchema,
  reason: reasonSchema.optional(),
  /** How long to wait for the host, in ms; after that the receipt says `cancelling`. */
  waitMs: z
    .int({ error: 'waitMs is a whole number of milliseconds from 0 to 60000.' })
    .min(0, { error: 'waitMs is a whole number of milliseconds from 0 to 60000.' })
    .max(60_000, { error: 'waitMs is a whole number of milliseconds from 0 to 60000.' })
    .default(10_000),
});
export type CancelJobInput = z.infer<typeof cancelJobInput>;
export const cancelJobOutput = z.object({ job: jobSchema, receipt: cancelReceiptSchema });
export type CancelJobOutput = z.infer<typeof cancelJobOutput>;
