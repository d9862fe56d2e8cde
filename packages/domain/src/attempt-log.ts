import { listOf, type Of, oneOf, TEXT } from './shape.ts';

/** The program that printed a line of an attempt's output. */
export const LOG_STREAMS = ['nexrender', 'aerender'] as const;
export const LOG_STREAM = oneOf(LOG_STREAMS);
export type LogStream = Of<typeof LOG_STREAM>;
export const LOG_LINES = listOf(TEXT);

/** About one second of output lines of an attempt. The worker numbers the chunks. */
export type LogChunk = {
  readonly seq: number;
  readonly stream: LogStream;
  readonly lines: Of<typeof LOG_LINES>;
};

/**
 * A place in the log of a job: after the chunk `seq` of an attempt. The chunks of each attempt
 * start at 1.
 */
export type LogPlace = { readonly attempt: number; readonly seq: number };

/**
 * `<attempt>:<seq>`. A plain number, which older clients send, is a chunk of the newest attempt.
 */
export const LOG_CURSOR = /^(?:(\d{1,5}):)?(\d{1,9})$/;

/**
 * The place that a cursor means, with attempt null for the newest attempt. Null if the text is no
 * cursor.
 */
export function readLogCursor(
  cursor: string,
): { readonly attempt: number | null; readonly seq: number } | null {
  const found = LOG_CURSOR.exec(cursor);
  if (found === null) return null;
  const [, attempt, seq] = found;
  return { attempt: attempt === undefined ? null : Number(attempt), seq: Number(seq) };
}

export function writeLogCursor({ attempt, seq }: LogPlace): string {
  return `${attempt}:${seq}`;
}
