import { z } from 'zod';
import type { ProcedureSpec } from '../spec.ts';
import { hostNameSchema } from './declare-host-gone.ts';
import { hostSchema } from './list-hosts.ts';

const WAIT = 'waitMs is a whole number of milliseconds from 0 to 300000.';

export const checkHostInput = z.object({
  name: hostNameSchema,
  /** How long to wait for the host, in ms. It renders a frame where it can, which takes time. */
  waitMs: z
    .int({ error: WAIT })
    .min(0, { error: WAIT })
    .max(300_000, { error: WAIT })
    .default(60_000),
});
export type CheckHostInput = z.infer<typeof checkHostInput>;
export const checkHostOutput = z.object({
  /** `host.check` is the result. */
  host: hostSchema,
  /** False where the host has not finished in time; it goes on, and its `check` follows. */
  finished: z.boolean(),
});
export type CheckHostOutput = z.infer<typeof checkHostOutput>;

export const checkHost = {
  action: 'checkHost',
  input: checkHostInput,
  output: checkHostOutput,
} as const satisfies ProcedureSpec;
