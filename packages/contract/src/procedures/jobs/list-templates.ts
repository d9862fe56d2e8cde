import { z } from 'zod';
import { instantSchema } from '../../instant.ts';
import { exampleTime } from '../examples.ts';
import type { ProcedureSpec } from '../spec.ts';

export const listTemplatesOutput = z.object({
  templates: z.array(
    z.object({
      src: z.string().describe('As the jobs have it. Never a secret.'),
      compositions: z.array(z.string()).describe('Of its recent jobs, the newest first.'),
      /** When its newest job ended; else when it started or was submitted. */
      usedAt: instantSchema,
    }),
  ),
});
export type ListTemplatesOutput = z.infer<typeof listTemplatesOutput>;

export const listTemplates = {
  action: 'listTemplates',
  output: listTemplatesOutput,
  noCommand: 'ctl jobs submit takes any template.',
  rest: {
    method: 'GET',
    path: '/jobs/templates',
    tag: 'jobs',
    summary: 'List recent templates and their compositions',
    description:
      'The templates of the latest jobs, the newest first. One whose address has a secret is ' +
      'left out.',
    errors: [],
    example: {
      answer: {
        templates: [
          {
            src: 'file:///C:/projects/intro.aep',
            compositions: ['main', 'teaser'],
            usedAt: exampleTime(0),
          },
        ],
      },
    },
  },
} as const satisfies ProcedureSpec;
