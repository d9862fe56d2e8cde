import { z } from 'zod';
import type { ProcedureSpec } from '../spec.ts';
import { outputPlace } from './get-output-link.ts';

export const getOutputFileInput = z.object({
  ...outputPlace,
  link: z.string({ error: 'link comes with the address of an output.' }).max(200),
});
export type GetOutputFileInput = z.infer<typeof getOutputFileInput>;

/** What the route needs to send the file. It holds nothing that the job does not show. */
export const getOutputFileOutput = z.object({
  path: z.string(),
  bytes: z.number(),
  /** The media type that the answer gets. */
  type: z.string(),
  /** A browser may show it. Otherwise it is only downloaded. */
  isShown: z.boolean(),
});
export type GetOutputFileOutput = z.infer<typeof getOutputFileOutput>;

export const getOutputFile = {
  action: 'getOutputFile',
  noCommand: 'It is bytes for a browser; see getOutputLink.',
  input: getOutputFileInput,
  output: getOutputFileOutput,
  rest: {
    method: 'GET',
    path: '/jobs/:id/attempts/:number/outputs/:output/file',
    names: { number: 'attempt' },
    tag: 'jobs',
    summary: 'Read an output',
    description:
      'The bytes of an output, or a range of them, at an address from the route above. ' +
      '`download=true`: with a name of a file. The answer breaks off when the session ends.',
    special: 'bytes of a file',
    errors: [
      'job_not_found',
      'output_not_found',
      'output_link_over',
      'output_not_here',
      'range_not_satisfiable',
    ],
    example: {
      answers: {
        '200 application/octet-stream': '…ftypisom…',
        '206 application/octet-stream': 'isom',
      },
    },
  },
} as const satisfies ProcedureSpec;
