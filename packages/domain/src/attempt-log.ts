/** Who printed a line of an attempt's output. */
export const LOG_STREAMS = ['nexrender', 'aerender'] as const;
export type LogStream = (typeof LOG_STREAMS)[number];

/** Output lines of an attempt, about a second of them, numbered by the worker. */
export type LogChunk = {
  readonly seq: number;
  readonly stream: LogStream;
  readonly lines: readonly string[];
};

/** A place in the log of a job: after the chunk `seq` of an attempt, each of which starts at 1. */
export type LogPlace = { readonly attempt: number; readonly seq: number };

/** `<attempt>:<seq>`; a plain number is a chunk of the newest attempt, as older clients send it. */
export const LOG_CURSOR = /^(?:(\d{1,5}):)?(\d{1,9})$/;

/** The place that a cursor names, a null attempt is the newest; null where it is no cursor. */
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
