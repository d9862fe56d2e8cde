import { z } from 'zod';
import { instantSchema } from '../../instant.ts';
import { jobIdSchema } from '../../jobs/job.ts';
import { exampleTime } from '../examples.ts';
import type { ProcedureSpec } from '../spec.ts';
import { attemptNumberSchema, logChunkSchema, type WireLogChunk } from './get-attempt-log.ts';

/** The largest place in the text of a log; much larger than any log. */
const MOST_BYTES = 1_000_000_000_000;
const FROM = 'from is a byte of the log; where it is negative, that far before the end.';
const MOST = 'most is a number of bytes from 1 to 1000000.';

export const getLogTextInput = z.object({
  id: jobIdSchema,
  /** Unset: the newest attempt. */
  attempt: attemptNumberSchema.optional(),
  from: z
    .int({ error: FROM })
    .min(-MOST_BYTES, { error: FROM })
    .max(MOST_BYTES, { error: FROM })
    .default(0),
  /** The answer has whole chunks, so it may have a few more bytes. */
  most: z
    .int({ error: MOST })
    .min(1, { error: MOST })
    .max(1_000_000, { error: MOST })
    .default(256_000),
});
export type GetLogTextInput = z.infer<typeof getLogTextInput>;

/** Some chunks of the text of a log: UTF-8, and each line ends with one line feed. */
export const getLogTextOutput = z.object({
  attempt: z.int(),
  /** How the attempt ended; null while it runs, because the log may still grow. */
  outcome: z.string().nullable(),
  endedAt: instantSchema.nullable(),
  /** The size of the log so far, in bytes. */
  size: z.int(),
  /** The byte at which the first chunk starts: `from`, or at most one chunk before it. */
  start: z.int(),
  /** The byte after the last chunk, at which the next answer starts. */
  next: z.int(),
  chunks: z.array(logChunkSchema),
});
export type GetLogTextOutput = z.infer<typeof getLogTextOutput>;

const DESCRIPTION = [
  'All lines of the attempt that its host has reported, in their order, secrets hidden. A line ' +
    'in place of missing lines counts them. Bytes keep their place while the log grows, so ' +
    '`Range: bytes=…` reads a part of it, and what was added since.',
  'With `Accept: text/event-stream` the answer follows the log: `lines` events hold ' +
    '`{attempt, seq, at, stream, lines}`, `Last-Event-ID` resumes after one, and `end` says ' +
    'how the attempt ended and that no line is missing. `problem` says why the stream ends ' +
    'otherwise. Without either, connect again.',
].join('\n\n');
const logChunk: WireLogChunk = {
  attempt: 1,
  seq: 1,
  at: exampleTime(11),
  stream: 'aerender',
  lines: ['PROGRESS:  0:00:00:01 (1): 0 Seconds'],
};

export const getLogText = {
  action: 'getLogText',
  input: getLogTextInput,
  output: getLogTextOutput,
  rest: {
    method: 'GET',
    path: '/jobs/:id/attempts/:number/log',
    names: { number: 'attempt' },
    tag: 'jobs',
    summary: 'Read or follow the log of an attempt',
    description: DESCRIPTION,
    special: 'bytes, a range of them, or events',
    errors: ['job_not_found', 'attempt_not_found', 'log_deleted', 'range_not_satisfiable'],
    example: {
      answers: {
        200: 'PROGRESS:  0:00:00:01 (1): 0 Seconds\n',
        '200 text/event-stream': `id: 1:1\nevent: lines\ndata: ${JSON.stringify(logChunk)}\n\n`,
        206: '00:00:01 (1): 0 Seconds\n',
      },
    },
  },
} as const satisfies ProcedureSpec;
