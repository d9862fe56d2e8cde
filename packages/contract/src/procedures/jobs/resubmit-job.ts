import { z } from 'zod';
import { jobIdSchema, prioritySchema } from '../../jobs/job.ts';
import type { ProcedureSpec } from '../spec.ts';
import { submitJobFields, submitJobOutput } from './submit-job.ts';

const { name, idempotencyKey } = submitJobFields.shape;

export const resubmitJobInput = z.object({
  id: jobIdSchema,
  /** Unset: the priority of the job, as far as the caller may ask for it. */
  priority: prioritySchema.optional(),
  /** Unset: the name of the job. */
  name,
  idempotencyKey,
});
export type ResubmitJobInput = z.infer<typeof resubmitJobInput>;

export const resubmitJob = {
  action: 'resubmitJob',
  input: resubmitJobInput,
  output: submitJobOutput,
} as const satisfies ProcedureSpec;
