/** Who printed a line of an attempt's output. */
export const LOG_STREAMS = ['nexrender', 'aerender'] as const;
export type LogStream = (typeof LOG_STREAMS)[number];

/** Output lines of an attempt, about a second of them, numbered by the worker. */
export type LogChunk = {
  readonly seq: number;
  readonly stream: LogStream;
  readonly lines: readonly string[];
};
