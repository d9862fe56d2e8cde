/*
 * What an attempt has published, as its host knows it: where it is, its size and checksum from the
 * copy, and what ffprobe measured. It is kept with the attempt and deleted with the job. Whether an
 * output is out is a matter of publication.ts.
 */

/** The limits of what is kept of the outputs of one attempt. The database refuses more. */
export const OUTPUT_FACTS = { most: 64, longestPath: 8192, longestCodec: 80 } as const;

/** file: one file. sequence: pictures with numbers. files: several other files, as of a stream. */
export const OUTPUT_KINDS = ['file', 'sequence', 'files'] as const;
export type OutputKind = (typeof OUTPUT_KINDS)[number];

/** Why an output is not measured, as people read it. */
export const NOT_MEASURED = {
  noFfprobe: 'Its host has no ffprobe, so nothing more is known',
  unreadable: 'ffprobe could not read it',
  tooLong: 'ffprobe took too long',
  late: 'The render ended before it was measured',
  several: 'Several files are only counted',
} as const;
export type NotMeasured = keyof typeof NOT_MEASURED;
/** The reasons as values. */
export const NOT_MEASURED_REASONS = [
  'noFfprobe',
  'unreadable',
  'tooLong',
  'late',
  'several',
] as const satisfies readonly NotMeasured[];

/** What is known of an output from the copy that published it. */
export type CopiedOutput = {
  readonly kind: OutputKind;
  readonly bytes: number;
  readonly files: number;
  /** SHA-256 of the bytes, in hex; null for several files. */
  readonly sha256: string | null;
};

/** What ffprobe found. A value is null if the output has none, or if it could not be read. */
export type MeasuredOutput = {
  readonly seconds: number | null;
  readonly codec: string | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly frames: number | null;
  /** Null if it was measured. */
  readonly why: NotMeasured | null;
};

/** Everything about an output except its place and its time. */
export type OutputFacts = CopiedOutput & MeasuredOutput;

/** What is known before ffprobe has answered. The pictures of a sequence are counted already. */
export function unmeasured(
  { kind, files }: Pick<CopiedOutput, 'kind' | 'files'>,
  why: NotMeasured,
): MeasuredOutput {
  const frames = kind === 'sequence' ? files : null;
  return { seconds: null, codec: null, width: null, height: null, frames, why };
}
