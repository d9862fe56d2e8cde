import { z } from 'zod';
import { instantSchema } from '../../instant.ts';
import { jobSchema } from '../../jobs/job.ts';
import { exampleJob, exampleTime } from '../examples.ts';
import type { ProcedureSpec } from '../spec.ts';
import { exampleCancelled } from './cancel-job.ts';

const NUMBER = 'A receipt has a whole number, such as 4812.';
export const receiptNumberSchema = z.coerce
  .number({ error: NUMBER })
  .int({ error: NUMBER })
  .min(1, { error: NUMBER });

export const getReceiptInput = z.object({ number: receiptNumberSchema });
export type GetReceiptInput = z.infer<typeof getReceiptInput>;

export const getReceiptOutput = z.object({
  number: z.int(),
  /** The job of the receipt. `job.receipt` is the receipt as it is now. */
  job: jobSchema,
  /**
   * When the host that was asked to stop was last heard; null if no host was asked or that is not
   * known.
   */
  hostLastHeardAt: instantSchema.nullable(),
});
export type GetReceiptOutput = z.infer<typeof getReceiptOutput>;

export const getReceipt = {
  action: 'getReceipt',
  input: getReceiptInput,
  output: getReceiptOutput,
  rest: {
    method: 'GET',
    path: '/receipts/:number',
    tag: 'jobs',
    summary: 'Show a receipt',
    description:
      'The receipt of a cancel by its number, as it stands now, with its job. The number is in ' +
      'the answer to the cancel and in its audit line.',
    errors: ['receipt_not_found'],
    example: {
      answer: {
        number: 4812,
        job: { ...exampleJob, status: 'CANCELLED', position: null, receipt: exampleCancelled },
        hostLastHeardAt: exampleTime(31),
      },
    },
  },
} as const satisfies ProcedureSpec;
