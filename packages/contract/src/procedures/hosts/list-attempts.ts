import { ATTEMPT_STATES } from '@renderdeck/domain';
import { z } from 'zod';
import { instantSchema } from '../../instant.ts';
import { EXAMPLE_JOB_ID, exampleTime } from '../examples.ts';
import type { ProcedureSpec } from '../spec.ts';

const LONGEST_MS = 7 * 24 * 60 * 60 * 1000;

export const listAttemptsInput = z
  .object({ from: instantSchema, to: instantSchema })
  .refine(({ from, to }) => Date.parse(to) > Date.parse(from), {
    path: ['to'],
    error: 'to is later than from.',
  })
  .refine(({ from, to }) => Date.parse(to) - Date.parse(from) <= LONGEST_MS, {
    path: ['from'],
    error: 'from is at most 7 days before to.',
  });
export type ListAttemptsInput = z.infer<typeof listAttemptsInput>;

export const attemptOfHostSchema = z.object({
  jobId: z.uuid(),
  number: z.int(),
  /** The name of the job. */
  name: z.string(),
  host: z.string(),
  /**
   * notProven: it no longer holds its job, and nothing proves that it ended. lost: its host lost
   * the lease and proved the end later. givenBack: its worker shut down, or its host could not
   * render.
   */
  state: z.enum(ATTEMPT_STATES),
  from: instantSchema,
  /** Null while the attempt runs. */
  to: instantSchema.nullable(),
});
export type WireAttemptOfHost = z.infer<typeof attemptOfHostSchema>;

export const listAttemptsOutput = z.object({
  /** The latest end first; those that run come before all others. */
  attempts: z.array(attemptOfHostSchema),
  /** Set if there were too many: attempts that ended before this time are left out. */
  cutAt: instantSchema.nullable(),
});
export type ListAttemptsOutput = z.infer<typeof listAttemptsOutput>;

export const listAttempts = {
  action: 'listAttempts',
  input: listAttemptsInput,
  output: listAttemptsOutput,
  rest: {
    method: 'GET',
    path: '/attempts',
    tag: 'hosts',
    summary: 'List the attempts of all hosts in a time',
    description:
      'The attempts that ended from `from` until before `to`, and those that run. At most 7 days ' +
      'and 10000 attempts; where there are more, `cutAt` says from when on they are listed.',
    errors: [],
    example: {
      answer: {
        attempts: [
          {
            jobId: EXAMPLE_JOB_ID,
            number: 1,
            name: 'Intro',
            host: 'render-01',
            state: 'finished',
            from: exampleTime(10),
            to: exampleTime(14),
          },
        ],
        cutAt: null,
      },
    },
  },
  noCommand: 'Only the page draws the attempts of a time; ctl jobs history shows those of a job.',
} as const satisfies ProcedureSpec;
