import { LOG_CURSOR, LOG_STREAMS } from '@renderdeck/domain';
import { z } from 'zod';
import { instantSchema } from '../../instant.ts';
import { jobIdSchema } from '../../jobs/job.ts';
import type { ProcedureSpec } from '../spec.ts';
import { limitSchema } from './list-jobs.ts';
import { eventCursorSchema } from './on-job-change.ts';

/** The database stores the number of an attempt in a smallint. */
const MOST_ATTEMPTS = 32_767;
const ATTEMPT = `An attempt is its number, from 1 to ${MOST_ATTEMPTS}.`;
const CURSOR = 'A cursor of a log is the attempt and the seq of the last chunk seen, such as 2:17.';

/** The number of an attempt, or its text in the path of a URL. */
export const attemptNumberSchema = z.coerce
  .number({ error: ATTEMPT })
  .int({ error: ATTEMPT })
  .min(1, { error: ATTEMPT })
  .max(MOST_ATTEMPTS, { error: ATTEMPT });

export const getAttemptLogInput = z.object({
  id: jobIdSchema,
  /** Only this attempt. Unset: from `after` until the newest attempt. */
  attempt: attemptNumberSchema.optional(),
  /**
   * The `after` of the previous page. Unset: from the first line of the attempt, which is the
   * newest by default. A plain number, which older clients send, is the seq of a chunk of that
   * attempt.
   */
  after: z
    .union(
      [
        z.string({ error: CURSOR }).regex(LOG_CURSOR, { error: CURSOR }),
        z.int32({ error: CURSOR }).min(0, { error: CURSOR }),
      ],
      { error: CURSOR },
    )
    .optional(),
  limit: limitSchema.default(200),
});
export type GetAttemptLogInput = z.infer<typeof getAttemptLogInput>;

/** Lines as the host wrote them: for each stream at most one chunk a second. */
export const logChunkSchema = z.object({
  /** The number of the attempt. */
  attempt: z.int(),
  /** The number of the chunk within its attempt, from 1. */
  seq: z.int(),
  at: instantSchema,
  stream: z.enum(LOG_STREAMS),
  lines: z.array(z.string()),
});
export type WireLogChunk = z.infer<typeof logChunkSchema>;
export const getAttemptLogOutput = z.object({
  /** The attempt that contains the place `after`; null if the job has no attempt. */
  attempt: z.int().nullable(),
  /** Ordered by attempt; each attempt starts with its first line. */
  chunks: z.array(logChunkSchema),
  /** The place where the next page starts: `<attempt>:<seq>` of the last chunk. */
  after: z.string(),
});
export type GetAttemptLogOutput = z.infer<typeof getAttemptLogOutput>;
/**
 * The log of a job while it grows, from one attempt to the next. Without a cursor it starts with
 * the first line of the newest attempt. With a cursor it continues after that chunk and skips no
 * attempt. Lines that a lost host reports after the next attempt began are only in getAttemptLog.
 * With `attempt` it gives only the lines of that attempt, from the first, and ends when the attempt
 * has ended.
 */
export const onAttemptLogInput = z.object({
  id: jobIdSchema,
  attempt: attemptNumberSchema.optional(),
  lastEventId: eventCursorSchema.regex(LOG_CURSOR, { error: CURSOR }).nullish(),
});

export const getAttemptLog = {
  action: 'getAttemptLog',
  input: getAttemptLogInput,
  output: getAttemptLogOutput,
  noRoute: 'GET /api/jobs/{id}/attempts/{number}/log has its lines.',
} as const satisfies ProcedureSpec;

export const onAttemptLog = {
  action: 'onAttemptLog',
  input: onAttemptLogInput,
  noRoute: 'GET /api/jobs/{id}/attempts/{number}/log with text/event-stream follows the log.',
} as const satisfies ProcedureSpec;
