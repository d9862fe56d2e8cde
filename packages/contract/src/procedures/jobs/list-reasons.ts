import { z } from 'zod';
import type { ProcedureSpec } from '../spec.ts';

/** The last reasons of the caller's own cancels, newest first, without repetition. */
export const listReasonsOutput = z.object({ reasons: z.array(z.string()) });
export type ListReasonsOutput = z.infer<typeof listReasonsOutput>;

export const listReasons = {
  action: 'listReasons',
  output: listReasonsOutput,
  rest: {
    method: 'GET',
    path: '/reasons',
    tag: 'jobs',
    summary: 'List the reasons of your last cancels',
    description: 'The newest first, each once, at most 8: a page offers them for the next one.',
    errors: [],
    example: { answer: { reasons: ['wrong template'] } },
  },
} as const satisfies ProcedureSpec;
