import { z } from 'zod';
import { instant } from '../instant.ts';
import { jobId } from './job.ts';
import { eventCursor } from './job-change.ts';
import { limit } from './list-jobs.ts';

const ATTEMPT = 'An attempt is its number, from 1.';
const AFTER = 'after is the sequence number of the last chunk seen, from 0.';

export const getAttemptLogInput = z.object({
  id: jobId,
  /** Number of the attempt; default the latest. */
  attempt: z.int({ error: ATTEMPT }).min(1, { error: ATTEMPT }).optional(),
  /** Sequence number of the last chunk seen. */
  after: z.int32({ error: AFTER }).min(0, { error: AFTER }).default(0),
  limit: limit.default(200),
});
export type GetAttemptLogInput = z.infer<typeof getAttemptLogInput>;

/** Lines as the host wrote them, one chunk a second and stream at most. */
export const logChunk = z.object({
  seq: z.int(),
  at: instant,
  stream: z.enum(['nexrender', 'aerender']),
  lines: z.array(z.string()),
});
export type WireLogChunk = z.infer<typeof logChunk>;
export const getAttemptLogOutput = z.object({
  attempt: z.int().nullable(),
  chunks: z.array(logChunk),
  after: z.int(),
});
export type GetAttemptLogOutput = z.infer<typeof getAttemptLogOutput>;
export const onAttemptLogInput = z.object({
  id: jobId,
  lastEventId: eventCursor
    .regex(/^\d{1,9}$/, { error: 'A cursor of a log is the seq of the last chunk seen.' })
    .nullish(),
});
