import { z } from 'zod';
import { instantSchema } from '../../instant.ts';
import { jobIdSchema } from '../../jobs/job.ts';
import { exampleTime } from '../examples.ts';
import type { ProcedureSpec } from '../spec.ts';
import { attemptNumberSchema } from './get-attempt-log.ts';

const OUTPUT = 'output is the number of an output, from 1.';

export const outputPlace = {
  id: jobIdSchema,
  attempt: attemptNumberSchema,
  output: z.coerce
    .number({ error: OUTPUT })
    .int({ error: OUTPUT })
    .min(1, { error: OUTPUT })
    .max(30_000, { error: OUTPUT }),
};

export const getOutputLinkInput = z.object(outputPlace);
export type GetOutputLinkInput = z.infer<typeof getOutputLinkInput>;

/** What a browser may show of a file. */
export const SHOWN_AS = ['video', 'picture', 'sound'] as const;

export const getOutputLinkOutput = z.object({
  /** The address on this server; null if the server cannot open the output. */
  address: z.string().nullable(),
  /** Until when the address counts. An answer that has begun may take longer. */
  until: instantSchema.nullable(),
  /** As what a browser may show it; null: it can only be downloaded. */
  shownAs: z.enum(SHOWN_AS).nullable(),
  /** Why it cannot be opened or shown here, as a sentence; null if it can. */
  why: z.string().nullable(),
});
export type GetOutputLinkOutput = z.infer<typeof getOutputLinkOutput>;

export const getOutputLink = {
  action: 'getOutputLink',
  noCommand: 'The page opens outputs; a program has the address from the REST route.',
  input: getOutputLinkInput,
  output: getOutputLinkOutput,
  rest: {
    method: 'GET',
    path: '/jobs/:id/attempts/:number/outputs/:output',
    names: { number: 'attempt' },
    tag: 'jobs',
    summary: 'Get the address of an output',
    description:
      'The address counts for a few minutes, and only for the session or token that asked. ' +
      'It needs RENDERDECK_SERVE_OUTPUTS; without it, `why` says so.',
    errors: ['job_not_found', 'output_not_found'],
    example: {
      answer: {
        address:
          '/api/jobs/3f2b8c1e-9d4a-4c6b-8a7e-1f0d2c3b4a59/attempts/1/outputs/1/file?link=1772.x',
        until: exampleTime(10),
        shownAs: 'video',
        why: null,
      },
    },
  },
} as const satisfies ProcedureSpec;
