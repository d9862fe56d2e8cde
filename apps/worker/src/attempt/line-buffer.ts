import type { LogChunk, LogStream } from '@renderdeck/domain';
import { makeStorable } from '@renderdeck/render-host';

/** The largest size of one chunk, and of all chunks that are not on record yet. */
const MAX_CHUNK_BYTES = 64 * 1024;
const MAX_UNSENT_BYTES = 8 * 1024 * 1024;
/** The largest size of a log: an endless log must not fill the database. */
const MAX_TOTAL_BYTES = 256 * 1024 * 1024;
/** How many chunks go to the database in one statement. */
const MAX_TAKEN = 32;
/** The bytes that each line costs in addition to its text, even an empty line. */
const LINE_BYTES = 4;
const FULL = `— the log is full at ${MAX_TOTAL_BYTES / 1024 / 1024} MB: what follows is not kept —`;

type Waiting = { lines: string[]; bytes: number };
type Unsent = LogChunk & { readonly bytes: number };

/**
 * Buffers output lines for the database, in bounded memory. Where lines are missing, one line says
 * how many.
 */
export class LineBuffer {
  readonly #waiting = new Map<LogStream, Waiting>();
  readonly #cut = new Map<LogStream, number>();
  #unsent: Unsent[] = [];
  #unsentBytes = 0;
  #total = 0;
  #isFull = false;
  #seq = 0;

  add(stream: LogStream, line: string): void {
    if (this.#isFull) return;
    const bytes = Buffer.byteLength(line) + LINE_BYTES;
    if (this.#total + bytes > MAX_TOTAL_BYTES) {
      this.#isFull = true;
      this.#keep(stream, FULL);
      return;
    }
    const cut = this.#cut.get(stream) ?? 0;
    if (this.#unsentBytes + bytes > MAX_UNSENT_BYTES) {
      this.#cut.set(stream, cut + 1);
      return;
    }
    this.#markCut(stream);
    this.#total += bytes;
    this.#keep(stream, makeStorable(line), bytes);
  }

  /** The first chunks that the database does not have yet. Each chunk keeps its number. */
  take(): readonly LogChunk[] {
    for (const stream of this.#waiting.keys()) this.#close(stream);
    for (const stream of [...this.#cut.keys()]) {
      if (this.#unsent.length > 0) break;
      this.#markCut(stream);
      this.#close(stream);
    }
    return this.#unsent
      .slice(0, MAX_TAKEN)
      .map(({ seq, stream, lines }) => ({ seq, stream, lines }));
  }

  /** After `sent`: whether there are chunks that the last call of take did not give. */
  hasMore(): boolean {
    return this.#unsent.length > 0;
  }

  /** Call this when the database has saved these chunks. */
  sent(chunks: readonly LogChunk[]): void {
    const saved = new Set(chunks.map(({ seq }) => seq));
    for (const { seq, bytes } of this.#unsent) if (saved.has(seq)) this.#unsentBytes -= bytes;
    this.#unsent = this.#unsent.filter(({ seq }) => !saved.has(seq));
  }

  /** Puts the count of missing lines before the next line. */
  #markCut(stream: LogStream): void {
    const cut = this.#cut.get(stream) ?? 0;
    if (cut === 0) return;
    this.#cut.delete(stream);
    this.#keep(stream, `— ${cut} lines were cut here: the database was too slow or away —`);
  }

  #keep(stream: LogStream, line: string, bytes = Buffer.byteLength(line) + LINE_BYTES): void {
    const before = this.#waiting.get(stream);
    if (before !== undefined && before.bytes + bytes > MAX_CHUNK_BYTES) this.#close(stream);
    const waiting = this.#waiting.get(stream) ?? { lines: [], bytes: 0 };
    this.#waiting.set(stream, waiting);
    waiting.lines.push(line);
    waiting.bytes += bytes;
    this.#unsentBytes += bytes;
  }

  /** Makes a chunk from the lines that wait. */
  #close(stream: LogStream): void {
    const waiting = this.#waiting.get(stream);
    if (waiting === undefined) return;
    this.#waiting.delete(stream);
    this.#seq += 1;
    this.#unsent.push({ seq: this.#seq, stream, ...waiting });
  }
}
