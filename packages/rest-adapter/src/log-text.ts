import type { GetLogTextOutput } from '@renderdeck/contract';
import type { ByteRange } from './byte-range.ts';

/** About the bytes of a log that one answer holds in memory. */
const PART_BYTES = 256_000;

/**
 * The bytes of a range of a log, read part by part, so memory does not grow with the log. The bytes
 * up to the end of the range were there when it began; a log that is deleted meanwhile breaks off.
 */
export async function* logText(
  { first, last }: ByteRange,
  read: (from: number, most: number) => Promise<GetLogTextOutput>,
): AsyncGenerator<Buffer> {
  for (let place = first; place <= last; ) {
    const part = await read(place, Math.min(PART_BYTES, last + 1 - place));
    if (part.next <= place) throw new Error('The log was deleted while it was read.');
    const text = part.chunks.flatMap(({ lines }) => lines.map((line) => `${line}\n`)).join('');
    yield Buffer.from(text).subarray(place - part.start, last + 1 - part.start);
    place = part.next;
  }
}
