import { z } from 'zod';
import { jobSchema } from '../../jobs/job.ts';
import { tagsSchema } from '../../nexrender-job.ts';
import { exampleJob } from '../examples.ts';
import type { ProcedureSpec } from '../spec.ts';
import { setPriorityInput } from './set-priority.ts';

const { id, expectedVersion } = setPriorityInput.shape;

export const setTagsInput = z.object({ id, tags: tagsSchema, expectedVersion });
export type SetTagsInput = z.infer<typeof setTagsInput>;

const setTagsOutput = z.object({ job: jobSchema });

export const setTags = {
  action: 'setTags',
  input: setTagsInput,
  output: setTagsOutput,
  rest: {
    method: 'PATCH',
    path: '/jobs/:id/tags',
    tag: 'jobs',
    summary: 'Set the tags of a queued job',
    description:
      'Only hosts that offer all of these tags may claim the job from now on. The job keeps its ' +
      'place in the queue.',
    errors: ['job_not_found', 'job_not_queued', 'stale_version'],
    example: {
      body: { tags: ['gpu'] },
      answer: { job: { ...exampleJob, tags: ['gpu'], version: 2 } },
    },
  },
} as const satisfies ProcedureSpec;
