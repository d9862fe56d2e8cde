/** One chunk a second and stream holds at most this much, and an attempt at most that much in all. */
const MAX_CHUNK_BYTES = 64 * 1024;
const MAX_TOTAL_BYTES = 5 * 1024 * 1024;

export type Chunk<Stream> = { readonly seq: number; readonly stream: Stream; readonly lines: readonly string[] };

/** Output lines on their way to the database, in bounded memory: what does not fit is counted, and a line says how much was cut. */
export class LineBuffer<Stream extends string> {
  readonly #waiting = new Map<Stream, { lines: string[]; bytes: number; cut: number }>();
  #total = 0;
  #seq = 0;

  add(stream: Stream, line: string): void {
    const waiting = this.#waiting.get(stream) ?? { lines: [], bytes: 0, cut: 0 };
    this.#waiting.set(stream, waiting);
    const bytes = Buffer.byteLength(line);
    if (waiting.bytes + bytes > MAX_CHUNK_BYTES || this.#total + bytes > MAX_TOTAL_BYTES) {
      waiting.cut += 1;
      return;
    }
    waiting.lines.push(line.replaceAll('\u0000', ' '));
    waiting.bytes += bytes;
    this.#total += bytes;
  }

  /** The chunks since the last call, numbered on. */
  take(): Chunk<Stream>[] {
    const chunks = [...this.#waiting].map(([stream, { lines, cut }]) => {
      this.#seq += 1;
      return { seq: this.#seq, stream, lines: cut === 0 ? lines : [...lines, `— ${cut} lines were cut here: too much output —`] };
    });
    this.#waiting.clear();
    return chunks;
  }
}
