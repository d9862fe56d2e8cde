import { z } from 'zod';
import type { ProcedureSpec } from '../spec.ts';

const listJobFiltersOutput = z.object({
  people: z.array(z.string()).describe('Who submitted them.'),
  hosts: z.array(z.string()).describe('The hosts of their latest attempts.'),
  templates: z.array(z.string()).describe('The file names of their templates.'),
});

export const listJobFilters = {
  action: 'listJobFilters',
  output: listJobFiltersOutput,
  noCommand: 'ctl jobs list takes any name.',
  rest: {
    method: 'GET',
    path: '/jobs/filters',
    tag: 'jobs',
    summary: 'List what jobs can be filtered by',
    description:
      'The names that some job has, of each kind the first 500 in their order: for `by`, `host` ' +
      'and `template` of the list of jobs.',
    errors: [],
    example: {
      answer: { people: ['mira', 'sam'], hosts: ['render-01'], templates: ['intro.aep'] },
    },
  },
} as const satisfies ProcedureSpec;
