/*
 * A log as server-sent events:
 *
 * 1. `lines`: a chunk as JSON, `{attempt, seq, at, stream, lines}`. Its id resumes after it.
 * 2. `end`: the attempt is over and no line is missing, `{attempt, outcome, endedAt, size}`.
 * 3. `problem`: why the stream ends otherwise, `{code, detail}`; the session is over, for example.
 * 4. A comment every ten seconds without lines, so that a lost connection is noticed.
 *
 * The next event is made when the one before has left, so a slow reader delays its own stream only.
 */
import type { GetLogTextOutput, Problem } from '@renderdeck/contract';
import { problemOf } from '@renderdeck/contract/router';

const ALIVE_EVERY_MS = 10_000;
const ALIVE = ': alive\n\n';

export type LogEvents = {
  /** What tRPC tracks: an id, and a chunk. */
  readonly chunks: AsyncIterable<unknown>;
  readonly idOf: (event: unknown) => { readonly id: string; readonly chunk: unknown };
  /** Reads how the attempt ended; with no end, the server ends, and the client connects again. */
  readonly readEnd: () => Promise<GetLogTextOutput>;
  readonly onError: (error: unknown) => void;
};

/** The text of the events, the end of the attempt included. */
export async function* logEvents(
  { chunks, idOf, readEnd, onError }: LogEvents,
  aliveEveryMs = ALIVE_EVERY_MS,
): AsyncGenerator<string> {
  yield ALIVE;
  const events = chunks[Symbol.asyncIterator]();
  try {
    for (let next = events.next(); ; ) {
      const event = await withinMs(next, aliveEveryMs);
      if (event === null) {
        yield ALIVE;
        continue;
      }
      if (event.done === true) break;
      const { id, chunk } = idOf(event.value);
      yield write('lines', chunk, id);
      next = events.next();
    }
    const { attempt, outcome, endedAt, size } = await readEnd();
    if (outcome !== null) yield write('end', { attempt, outcome, endedAt, size });
  } catch (error) {
    const { code, detail }: Problem = problemOf(error);
    if (code === 'internal') onError(error);
    yield write('problem', { code, detail });
  } finally {
    await events.return?.();
  }
}

function write(event: string, data: unknown, id?: string): string {
  const head = id === undefined ? '' : `id: ${id}\n`;
  return `${head}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** What the promise gives; null where it takes longer. */
async function withinMs<Value>(promise: Promise<Value>, ms: number): Promise<Value | null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), ms);
  });
  return await Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
