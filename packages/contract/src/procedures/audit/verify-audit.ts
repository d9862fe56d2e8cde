import { z } from 'zod';
import { instantSchema } from '../../instant.ts';
import { EXAMPLE_SEAL, exampleTime } from '../examples.ts';
import type { ProcedureSpec } from '../spec.ts';

const HEAD =
  'A place in the chain is what an earlier verification gave as its head: its number, a colon, ' +
  'its hash.';
const place = z.string({ error: HEAD }).regex(/^[1-9]\d{0,17}:[0-9a-f]{64}$/, { error: HEAD });

/**
 * `anchor` is a head that somebody keeps elsewhere. Without an anchor nobody can see that the end
 * of the log was cut off. `after` is the `next` of the previous answer: the check continues there.
 * Repeat the call with the same anchor until `next` is null.
 */
export const verifyAuditInput = z.object({ anchor: place.optional(), after: place.optional() });
export type VerifyAuditInput = z.infer<typeof verifyAuditInput>;

export const verifyAuditOutput = z.object({
  /**
   * `sound`: every seal fits its line and the previous seal, to the end of the chain, and the chain
   * contains the anchor. `continues`: nothing is wrong so far; call again with `next`.
   */
  verdict: z.enum(['sound', 'broken', 'continues']),
  /**
   * The first place where the chain is broken: its number, the id of the line if known, a sentence.
   * Null unless the verdict is `broken`.
   */
  broken: z
    .object({ number: z.string(), entryId: z.string().nullable(), detail: z.string() })
    .nullable(),
  /** The last seal that fits. If the verdict is `sound`, keep `number:hash` elsewhere. */
  head: z.object({ number: z.string(), hash: z.string(), sealedAt: instantSchema }).nullable(),
  /** The place where the next call continues; null unless the verdict is `continues`. */
  next: z.string().nullable(),
  /** Lines that have no seal yet, counted at the end: usually the lines of the last moment. */
  unsealed: z.object({ count: z.int(), since: instantSchema.nullable() }).nullable(),
});
export type VerifyAuditOutput = z.infer<typeof verifyAuditOutput>;

export const verifyAudit = {
  action: 'verifyAudit',
  input: verifyAuditInput,
  output: verifyAuditOutput,
  rest: {
    method: 'GET',
    path: '/audit/verify',
    tag: 'audit',
    summary: 'Check that no audit line was changed or removed',
    description:
      'While `verdict` is `continues`, ask again with `next` as `after` and the same `anchor`. ' +
      'Keep `number:hash` of a sound `head` elsewhere: it is the `anchor` of the next check, ' +
      'without which nobody can see that the end of the log was cut off.',
    errors: [],
    example: {
      answer: {
        verdict: 'sound',
        broken: null,
        head: { ...EXAMPLE_SEAL, sealedAt: exampleTime(31) },
        next: null,
        unsealed: { count: 0, since: null },
      },
    },
  },
} as const satisfies ProcedureSpec;
