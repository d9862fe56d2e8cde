import { NOT_MEASURED, OUTPUT_KINDS, type OutputFacts } from '@renderdeck/domain';
import { z } from 'zod';
import { formatFileSize } from '../file-size.ts';
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

/** The last part of a path of any system. */
export const fileNameOf = (path: string) => path.split(/[\\/]/).at(-1) || path;

const counted = (count: number, one: string) =>
  `${count.toLocaleString('en')} ${one}${count === 1 ? '' : 's'}`;

/** "184 MB, prores (HQ), 1920 × 1080, 980 frames, 39.20 s", and why it is not more. */
export function describeOutputFacts(output: WireOutput): string {
  const { kind, files, bytes, codec, width, height, frames, seconds, notMeasured } = output;
  return [
    formatFileSize(bytes),
    ...(kind === 'files' ? [counted(files, 'file')] : []),
    ...(codec === null ? [] : [codec]),
    ...(width === null || height === null ? [] : [`${width} × ${height}`]),
    ...(frames === null ? [] : [counted(frames, 'frame')]),
    ...(seconds === null ? [] : [`${seconds.toFixed(2)} s`]),
    ...(notMeasured === null ? [] : [`not measured: ${notMeasured}`]),
  ].join(', ');
}
