import { LOG_STREAMS } from '@renderdeck/domain';
import { z } from 'zod';
import { instantSchema } from '../instant.ts';
import { jobIdSchema } from './job.ts';
import { eventCursorSchema } from './job-change.ts';
import { limitSchema } from './list-jobs.ts';

const ATTEMPT = 'An attempt is its number, from 1.';
const AFTER = 'after is the sequence number of the last chunk seen, from 0.';

export const getAttemptLogInput = z.object({
  id: jobIdSchema,
  /** Number of the attempt; default the latest. */
  attempt: z.int({ error: ATTEMPT }).min(1, { error: ATTEMPT }).optional(),
  /** Sequence number of the last chunk seen. */
  after: z.int32({ error: AFTER }).min(0, { error: AFTER }).default(0),
  limit: limitSchema.default(200),
});
export type GetAttemptLogInput = z.infer<typeof getAttemptLogInput>;

/** Lines as the host wrote them, one chunk a second and stream at most. */
export const logChunkSchema = z.object({
  seq: z.int(),
  at: instantSchema,
  stream: z.enum(LOG_STREAMS),
  lines: z.array(z.string()),
});
export type WireLogChunk = z.infer<typeof logChunkSchema>;
export const getAttemptLogOutput = z.object({
  attempt: z.int().nullable(),
  chunks: z.array(logChunkSchema),
  after: z.int(),
});
export type GetAttemptLogOutput = z.infer<typeof getAttemptLogOutput>;
export const onAttemptLogInput = z.object({
  id: jobIdSchema,
  lastEventId: eventCursorSchema
    .regex(/^\d{1,9}$/, { error: 'A cursor of a log is the seq of the last chunk seen.' })
    .nullish(),
});
