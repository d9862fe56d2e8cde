import type { LogChunk, LogStream } from '@renderdeck/domain';
import { makeStorable } from '@renderdeck/render-host';

/** The limits of one chunk and of a whole attempt. */
const MAX_CHUNK_BYTES = 64 * 1024;
const MAX_TOTAL_BYTES = 5 * 1024 * 1024;
/** What a line costs in addition to its text, also an empty line. */
const LINE_BYTES = 4;

/** Buffers output lines for the database in bounded memory. A last line says how many were cut. */
export class LineBuffer {
  readonly #waiting = new Map<LogStream, { lines: string[]; bytes: number; cut: number }>();
  #unsent: LogChunk[] = [];
  #total = 0;
  #seq = 0;

  add(stream: LogStream, line: string): void {
    const waiting = this.#waiting.get(stream) ?? { lines: [], bytes: 0, cut: 0 };
    this.#waiting.set(stream, waiting);
    const bytes = Buffer.byteLength(line) + LINE_BYTES;
    if (waiting.bytes + bytes > MAX_CHUNK_BYTES || this.#total + bytes > MAX_TOTAL_BYTES) {
      waiting.cut += 1;
      return;
    }
    waiting.lines.push(makeStorable(line));
    waiting.bytes += bytes;
    this.#total += bytes;
  }

  /** The chunks that are not sent yet. Each keeps its number. */
  take(): readonly LogChunk[] {
    for (const [stream, { lines, cut }] of this.#waiting) {
      this.#seq += 1;
      const shown =
        cut === 0 ? lines : [...lines, `— ${cut} lines were cut here: too much output —`];
      this.#unsent.push({ seq: this.#seq, stream, lines: shown });
    }
    this.#waiting.clear();
    return [...this.#unsent];
  }

  /** The database has saved these chunks. */
  sent(chunks: readonly LogChunk[]): void {
    this.#unsent = this.#unsent.filter((chunk) => !chunks.includes(chunk));
  }
}
