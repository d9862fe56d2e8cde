import { z } from 'zod';
import { instantSchema } from '../../instant.ts';
import { jobIdSchema, jobStatusSchema } from '../../jobs/job.ts';
import { exampleTime } from '../examples.ts';
import type { ProcedureSpec } from '../spec.ts';
import { limitSchema, pageCursorSchema } from './list-jobs.ts';

export const listJobChangesInput = z.object({
  id: jobIdSchema,
  cursor: pageCursorSchema.optional(),
  limit: limitSchema.default(100),
});
export type ListJobChangesInput = z.infer<typeof listJobChangesInput>;

/** One change of a job. A value is null if this change does not concern it. */
export const listedChangeSchema = z.object({
  id: z.string(),
  at: instantSchema,
  /** What happened, such as `submit`, `claim`, `setPriority`, `requestStop`, `complete`. */
  event: z.string(),
  /** The user, the token or the host that caused the change. */
  actor: z.string(),
  /** The version of the job after the change. */
  version: z.int(),
  statusBefore: jobStatusSchema.nullable(),
  statusAfter: jobStatusSchema,
  priorityBefore: z.int().nullable(),
  priorityAfter: z.int().nullable(),
  /** Further facts of the change, such as the reason of a cancel. */
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});
export type WireListedChange = z.infer<typeof listedChangeSchema>;

/** Oldest change first. */
export const listJobChangesOutput = z.object({
  changes: z.array(listedChangeSchema),
  nextCursor: z.string().nullable(),
});
export type ListJobChangesOutput = z.infer<typeof listJobChangesOutput>;

export const listJobChanges = {
  action: 'listJobChanges',
  input: listJobChangesInput,
  output: listJobChangesOutput,
  rest: {
    method: 'GET',
    path: '/jobs/:id/changes',
    tag: 'jobs',
    summary: 'List what happened to a job',
    description:
      'Every change, the oldest first: when, what, who, and from which status and priority to ' +
      'which. `nextCursor` asks for the next page.',
    errors: ['job_not_found'],
    example: {
      answer: {
        changes: [
          {
            id: '96',
            at: exampleTime(5),
            event: 'setPriority',
            actor: 'ada',
            version: 2,
            statusBefore: 'QUEUED',
            statusAfter: 'QUEUED',
            priorityBefore: 50,
            priorityAfter: 90,
            facts: {},
          },
        ],
        nextCursor: null,
      },
    },
  },
} as const satisfies ProcedureSpec;
