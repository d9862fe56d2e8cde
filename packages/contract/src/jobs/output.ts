import { NOT_MEASURED, OUTPUT_KINDS, type OutputFacts } from '@renderdeck/domain';
import { z } from 'zod';
import { instantSchema } from '../instant.ts';

/** One output that an attempt has published, with what its host knows and measured. */
export const outputSchema = z.object({
  /** The outputs of an attempt are numbered from 1, in the order in which they came out. */
  number: z.int(),
  /** Where it is: the final path, as the host writes it. Of several files it is their folder. */
  path: z.string(),
  publishedAt: instantSchema,
  /** file: one file. sequence: pictures with numbers. files: several other files. */
  kind: z.enum(OUTPUT_KINDS),
  bytes: z.number(),
  files: z.int(),
  /** SHA-256 of the bytes that were copied, in hex; null for several files. */
  sha256: z.string().nullable(),
  /** The next fields are null if they are not known or do not apply. */
  seconds: z.number().nullable(),
  /** As ffprobe names it: `h264 (High)`, `prores (HQ)`, `png`. */
  codec: z.string().nullable(),
  width: z.int().nullable(),
  height: z.int().nullable(),
  /** Frames of a film as measured; pictures of a sequence as counted. */
  frames: z.int().nullable(),
  /** Why it is not measured, as a sentence; null if it is. */
  notMeasured: z.string().nullable(),
});
export type WireOutput = z.infer<typeof outputSchema>;

type StoredOutput = OutputFacts &
  Pick<WireOutput, 'number' | 'path' | 'publishedAt'> & { readonly attemptId: string };

export function wireOutput({ attemptId: _, why, ...output }: StoredOutput): WireOutput {
  return { ...output, notMeasured: why === null ? null : NOT_MEASURED[why] };
}
