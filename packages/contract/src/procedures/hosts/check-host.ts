import { z } from 'zod';
import { exampleTime } from '../examples.ts';
import type { ProcedureSpec } from '../spec.ts';
import { hostNameSchema } from './declare-host-gone.ts';
import { exampleHost, hostSchema } from './list-hosts.ts';

const WAIT = 'waitMs is a whole number of milliseconds from 0 to 300000.';

export const checkHostInput = z.object({
  name: hostNameSchema,
  /**
   * How long to wait for the host, in ms. A host that can render renders a frame, which takes time.
   */
  waitMs: z
    .int({ error: WAIT })
    .min(0, { error: WAIT })
    .max(300_000, { error: WAIT })
    .default(60_000),
});
export type CheckHostInput = z.infer<typeof checkHostInput>;
export const checkHostOutput = z.object({
  /** `host.check` is the result of the check. */
  host: hostSchema,
  /** False if the host did not finish in time. It goes on, and `check` has the result later. */
  finished: z.boolean(),
});
export type CheckHostOutput = z.infer<typeof checkHostOutput>;

export const checkHost = {
  action: 'checkHost',
  input: checkHostInput,
  output: checkHostOutput,
  rest: {
    method: 'POST',
    path: '/hosts/:name/check',
    tag: 'hosts',
    summary: 'Let a host check itself',
    description:
      'The host starts its renderer, tries its rights and its disk, and renders a frame where ' +
      'it can. `host.check` is the result. A host that paused takes jobs again where the check ' +
      'holds, also those that it gave back. 202 where it has not finished within `waitMs`.',
    special: '200 or 202',
    errors: ['host_not_found', 'host_not_heard'],
    example: {
      body: { waitMs: 60_000 },
      answers: {
        200: { success: true, host: exampleHost, finished: true },
        202: {
          success: true,
          host: { ...exampleHost, checkAsked: { by: 'ada', at: exampleTime(40) } },
          finished: false,
        },
      },
    },
  },
} as const satisfies ProcedureSpec;
