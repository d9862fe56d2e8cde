import type { WireLogChunk } from '@renderdeck/contract';

/** A line of a log, with what its look depends on. */
export type LogLine = {
  readonly text: string;
  /** When the line was recorded, in ms; null for a line of the page itself. */
  readonly at: number | null;
  readonly kind: 'error' | 'warning' | 'progress' | 'plain';
};

const ERROR = /\berror\b|\bfailed\b|\bfailure\b|\bfatal\b|exception|✖/i;
const WARNING = /\bwarning\b/i;
/** A line of aerender about one frame, such as "PROGRESS:  0:00:00:01 (1): 0 Seconds". */
const PROGRESS = /^PROGRESS:.*\((\d+)\)/;

/** The lines of a chunk. All have the time of the chunk. */
export function linesOf({ at, lines }: Pick<WireLogChunk, 'at' | 'lines'>): readonly LogLine[] {
  const time = Date.parse(at);
  return lines.map((text) => ({ text, at: time, kind: kindOf(text) }));
}

/** The frame of a line of progress. */
export function frameOf({ text }: LogLine): number | null {
  const frame = PROGRESS.exec(text)?.[1];
  return frame === undefined ? null : Number(frame);
}

function kindOf(text: string): LogLine['kind'] {
  if (PROGRESS.test(text)) return 'progress';
  if (ERROR.test(text)) return 'error';
  return WARNING.test(text) ? 'warning' : 'plain';
}
