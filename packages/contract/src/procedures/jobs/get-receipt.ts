import { z } from 'zod';
import { instantSchema } from '../../instant.ts';
import { jobSchema } from '../../jobs/job.ts';

const NUMBER = 'A receipt has a whole number, such as 4812.';
export const receiptNumberSchema = z.coerce
  .number({ error: NUMBER })
  .int({ error: NUMBER })
  .min(1, { error: NUMBER });

export const getReceiptInput = z.object({ number: receiptNumberSchema });
export type GetReceiptInput = z.infer<typeof getReceiptInput>;

export const getReceiptOutput = z.object({
  number: z.int(),
  /** Its job; `job.receipt` is the receipt as it stands now. */
  job: jobSchema,
  /** When the host that was asked was last heard; null where none was, or where it is unknown. */
  hostLastHeardAt: instantSchema.nullable(),
});
export type GetReceiptOutput = z.infer<typeof getReceiptOutput>;

/** The last reasons of the caller's own cancels, the newest first, each once. */
export const listReasonsOutput = z.object({ reasons: z.array(z.string()) });
export type ListReasonsOutput = z.infer<typeof listReasonsOutput>;
