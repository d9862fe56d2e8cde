import { PRIORITY } from '@renderdeck/domain';
import { z } from 'zod';
import { instantSchema } from '../../instant.ts';
import { startEstimateSchema } from '../../jobs/estimate.ts';
import { queryPrioritySchema } from '../../jobs/job.ts';
import { exampleStart, exampleTime } from '../examples.ts';
import type { ProcedureSpec } from '../spec.ts';

export const previewSubmitInput = z.object({
  priority: queryPrioritySchema.default(PRIORITY.default),
});
export type PreviewSubmitInput = z.infer<typeof previewSubmitInput>;
export const previewSubmitOutput = z.object({
  /** The position that a job of this priority would get now; 1 is next. */
  position: z.int(),
  /** The number of all jobs that wait, without the new job. */
  queued: z.int(),
  /** The highest priority that this caller may submit a job with. */
  highestPriority: z.int(),
  /**
   * When a job of this priority without tags would start. Unset if the server has an older version.
   */
  start: startEstimateSchema.optional(),
  at: instantSchema,
});
export type PreviewSubmitOutput = z.infer<typeof previewSubmitOutput>;

export const previewSubmit = {
  action: 'previewSubmit',
  input: previewSubmitInput,
  output: previewSubmitOutput,
  rest: {
    method: 'GET',
    path: '/jobs/preview',
    tag: 'jobs',
    summary: 'Show where a new job would stand',
    description:
      'The place in the queue that a job of this priority would get if it were submitted now, ' +
      'behind every job of that priority. `highestPriority` is the highest one that this user ' +
      'may submit with.',
    errors: [],
    example: {
      answer: {
        position: 41,
        queued: 312,
        highestPriority: 50,
        start: exampleStart('12:10', '12:40'),
        at: exampleTime(0),
      },
    },
  },
} as const satisfies ProcedureSpec;
