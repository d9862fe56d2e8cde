import { TRANSFER_DIRECTIONS } from '@renderdeck/domain';
import { z } from 'zod';
import { instantSchema } from '../instant.ts';

/** What a host downloads, uploads or copies for a job. */
export const transferSchema = z.object({
  direction: z.enum(TRANSFER_DIRECTIONS),
  /** All files that are transferred together, and how many of them are done. */
  files: z.int(),
  filesDone: z.int(),
  /** Some of the files that are moving now: the file, and the field of a source. */
  names: z.array(z.string()),
  /** What is there of all the files. It becomes smaller if a file is transferred again. */
  bytes: z.int(),
  /** Null if the size of a file is not known. */
  totalBytes: z.int().nullable(),
  /** Measured over the last seconds; null if it is not known, or if the report is old. */
  bytesPerSecond: z.number().nullable(),
  /** The time until all these files are there, in the steps of the job's time left. */
  timeLeftMs: z.int().nullable(),
  /** When the host reported this. */
  reportedAt: instantSchema,
});
export type WireTransfer = z.infer<typeof transferSchema>;
