import { z } from 'zod';
import { isStorable, NOT_STORABLE } from '../../storable.ts';
import { EXAMPLE_JOB_ID, exampleTime } from '../examples.ts';
import type { ProcedureSpec } from '../spec.ts';
import { exampleHost, hostSchema } from './list-hosts.ts';

const NAME = 'A host name has 1 to 255 characters.';
export const hostNameSchema = z
  .string({ error: NAME })
  .min(1, { error: NAME })
  .max(255, { error: NAME })
  .refine(isStorable, { error: NOT_STORABLE });

const REASON = 'A reason has 1 to 140 characters.';
export const hostReasonSchema = z
  .string({ error: REASON })
  .trim()
  .min(1, { error: REASON })
  .max(140, { error: REASON })
  .refine(isStorable, { error: NOT_STORABLE });

/** The name is given twice, because only the return of the host undoes the declaration. */
export const declareHostGoneInput = z
  .object({
    name: hostNameSchema,
    confirmName: z.string({ error: 'confirmName is the name of the host, typed again.' }),
    reason: hostReasonSchema,
  })
  .refine(({ name, confirmName }) => name === confirmName, {
    path: ['confirmName'],
    error: 'confirmName is not the name of the host; type it again.',
  });
export type DeclareHostGoneInput = z.infer<typeof declareHostGoneInput>;
export const declareHostGoneOutput = z.object({
  host: hostSchema,
  /** The attempts that count as ended from now on, although nothing proves their end. */
  declared: z.array(z.object({ jobId: z.uuid(), number: z.int() })),
});
export type DeclareHostGoneOutput = z.infer<typeof declareHostGoneOutput>;

export const declareHostGone = {
  action: 'declareHostGone',
  input: declareHostGoneInput,
  output: declareHostGoneOutput,
  rest: {
    method: 'POST',
    path: '/hosts/:name/gone',
    tag: 'hosts',
    summary: 'Declare a host gone for ever',
    description:
      'For a host that will not come back. Its open attempts count as ended from now on, and ' +
      'the receipts say `declared`, never `cancelled`: nothing proves that they ended. If the ' +
      'host comes back and proves them, its proof counts. `confirmName` is its name again.',
    errors: ['host_not_found', 'host_heard', 'host_holds_jobs'],
    example: {
      body: { confirmName: 'render-02', reason: 'The machine burned.' },
      answer: {
        host: {
          ...exampleHost,
          name: 'render-02',
          state: 'silent',
          jobs: [],
          gone: { by: 'ada', at: exampleTime(40), reason: 'The machine burned.' },
        },
        declared: [{ jobId: EXAMPLE_JOB_ID, number: 1 }],
      },
    },
  },
} as const satisfies ProcedureSpec;
