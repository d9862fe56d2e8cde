/*
 * A log as server-sent events:
 *
 * 1. `lines`: a chunk as JSON, `{attempt, seq, at, stream, lines}`. A client resumes after its id.
 * 2. `end`: the attempt has ended and no line is missing, `{attempt, outcome, endedAt, size}`.
 * 3. `problem`: any other reason why the stream ends, `{code, detail}`, such as the end of the
 *    session.
 * 4. A comment after each ten seconds without lines, so that a lost connection is noticed.
 *
 * The next event is made when the previous event has left, so a slow reader delays only its own
 * stream.
 */
import type { GetLogTextOutput, Problem } from '@renderdeck/contract';
import { problemOf } from '@renderdeck/contract/router';

const ALIVE_EVERY_MS = 10_000;
const ALIVE = ': alive\n\n';

export type LogEvents = {
  /** The tracked values of tRPC: an id and a chunk. */
  readonly chunks: AsyncIterable<unknown>;
  readonly idOf: (event: unknown) => { readonly id: string; readonly chunk: unknown };
  /**
   * Reads how the attempt ended. If it has not ended, the server is shutting down and the client
   * must connect again.
   */
  readonly readEnd: () => Promise<GetLogTextOutput>;
  readonly onError: (error: unknown) => void;
};

/** The text of all events, including the end of the attempt. */
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

/** The value of the promise; null if it takes longer than `ms`. */
async function withinMs<Value>(promise: Promise<Value>, ms: number): Promise<Value | null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), ms);
  });
  return await Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
