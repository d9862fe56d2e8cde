import { z } from 'zod';
import { instantSchema } from '../instant.ts';

const HEAD =
  'A place in the chain is what an earlier verification gave as its head: its number, a colon, its hash.';
const place = z.string({ error: HEAD }).regex(/^[1-9]\d{0,17}:[0-9a-f]{64}$/, { error: HEAD });

/**
 * `anchor`: a head that somebody kept elsewhere; without one, an end that was cut off cannot be seen. `after`: the answer before gave it as `next`; the
 * chain is verified from there on. Ask with the same anchor until `next` is null.
 */
export const verifyAuditInput = z.object({ anchor: place.optional(), after: place.optional() });
export type VerifyAuditInput = z.infer<typeof verifyAuditInput>;

export const verifyAuditOutput = z.object({
  /** Null: nothing is wrong so far, and the chain goes on behind `next`. */
  sound: z.boolean().nullable(),
  /** The first place where the chain does not hold: its number, the line's id where that is known, and what is wrong, as a sentence. */
  broken: z
    .object({ number: z.string(), entryId: z.string().nullable(), detail: z.string() })
    .nullable(),
  /** How far the chain holds; keep `number:hash` elsewhere. */
  head: z.object({ number: z.string(), hash: z.string(), sealedAt: instantSchema }).nullable(),
  /** Where to go on, since one request looks at a bounded number of lines; null at the end, and at the first place that does not hold. */
  next: z.string().nullable(),
  /** Lines without a seal as yet, told at the end: usually those of the last moment. */
  unsealed: z.object({ count: z.int(), since: instantSchema.nullable() }).nullable(),
});
export type VerifyAuditOutput = z.infer<typeof verifyAuditOutput>;
