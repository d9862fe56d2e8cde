import { z } from 'zod';
import { jobIdSchema, jobSchema, prioritySchema } from '../../jobs/job.ts';
import { EXAMPLE_JOB_ID, EXAMPLE_RERUN_ID, exampleJob } from '../examples.ts';
import type { ProcedureSpec } from '../spec.ts';
import { submitJobFields } from './submit-job.ts';

const { name, idempotencyKey } = submitJobFields.shape;

export const resubmitJobInput = z.object({
  id: jobIdSchema,
  /**
   * Unset: the priority of the old job, or the highest that the caller may ask for if that is
   * lower.
   */
  priority: prioritySchema.optional(),
  /** Unset: the name of the old job. */
  name,
  idempotencyKey,
  takeUid: z
    .boolean({ error: 'takeUid is true or false.' })
    .optional()
    .meta({
      description:
        'The new job takes over the uid of the old job, so clients of /api/v1 find it there. The ' +
        'uid can be taken over once: a second call gives the first new job and queues nothing.',
    }),
});
export type ResubmitJobInput = z.infer<typeof resubmitJobInput>;

const resubmitJobOutput = z.object({ job: jobSchema });

export const resubmitJob = {
  action: 'resubmitJob',
  input: resubmitJobInput,
  output: resubmitJobOutput,
  rest: {
    method: 'POST',
    path: '/jobs/:id/resubmit',
    tag: 'jobs',
    summary: 'Run a job again',
    description:
      'Queues the same order as a new job, with its limits and its secrets, which no answer ' +
      'shows. Location names the new job; `rerunOf` and `rerunBy` link the two. A submitter ' +
      'may do this with its own jobs, an admin with any. Without a priority it is that of the ' +
      'job, or the highest that the caller may ask for. `Idempotency-Key` works as on submit.',
    status: 201,
    special: 'headers',
    errors: [
      'not_your_job',
      'priority_too_high',
      'job_not_found',
      'secrets_deleted',
      'idempotency_key_reused',
    ],
    example: {
      body: { priority: 50 },
      answers: {
        201: {
          success: true,
          job: { ...exampleJob, id: EXAMPLE_RERUN_ID, rerunOf: EXAMPLE_JOB_ID },
        },
      },
    },
  },
} as const satisfies ProcedureSpec;
