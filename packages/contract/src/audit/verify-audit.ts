import { z } from 'zod';
import { instant } from '../instant.ts';

const ANCHOR = 'An anchor is what an earlier verification gave as its head: its number, a colon, its hash.';
/** `anchor`: a head that somebody kept elsewhere; without one, an end that was cut off cannot be seen. */
export const verifyAuditInput = z.object({
  anchor: z
    .string({ error: ANCHOR })
    .regex(/^[1-9]\d{0,17}:[0-9a-f]{64}$/, { error: ANCHOR })
    .optional(),
});
export type VerifyAuditInput = z.infer<typeof verifyAuditInput>;

export const verifyAuditOutput = z.object({
  sound: z.boolean(),
  /** The first place where the chain does not hold: its number, the line's id where that is known, and what is wrong, as a sentence. */
  broken: z.object({ number: z.string(), entryId: z.string().nullable(), detail: z.string() }).nullable(),
  /** How far the chain holds; keep `number:hash` elsewhere. */
  head: z.object({ number: z.string(), hash: z.string(), sealedAt: instant }).nullable(),
  /** Lines without a seal as yet: usually those of the last moment. */
  unsealed: z.object({ count: z.int(), since: instant.nullable() }),
});
export type VerifyAuditOutput = z.infer<typeof verifyAuditOutput>;
