import { PRIORITY } from '@renderdeck/domain';
import { z } from 'zod';
import { nexrenderJob } from '../nexrender-job.ts';
import { job, priority } from './job.ts';

export const submitJobInput = z.object({
  job: nexrenderJob,
  priority: priority.default(PRIORITY.default),
  /** Shown to people; default: the composition and the template's file name. */
  name: z
    .string({ error: 'A name is text.' })
    .trim()
    .min(1, { error: 'A name is not empty.' })
    .max(200, { error: 'A name has at most 200 characters.' })
    .optional(),
});
export type SubmitJobInput = z.infer<typeof submitJobInput>;
export const submitJobOutput = z.object({ job });
export type SubmitJobOutput = z.infer<typeof submitJobOutput>;
