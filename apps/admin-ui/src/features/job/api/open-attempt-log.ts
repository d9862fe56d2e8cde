import { problemOf } from '@renderdeck/client/problem';
import type { WireLogChunk } from '@renderdeck/contract';
import type { Api } from '../../../api/api.ts';
import { errorMessage } from '../../../api/describe-failure.ts';
import { keepSubscribed } from '../../../live/keep-subscribed.ts';
import { type LogLine, linesOf } from '../components/log/log-line.ts';

/**
 * The page keeps this many bytes of the end of a log, so it has almost every log whole. The rest
 * can be downloaded.
 */
const KEPT_BYTES = 20_000_000;
/** While the page follows a log, it drops the oldest lines once they have this size. */
const DROPPED_BYTES = 4_000_000;
/** One request reads at most this many bytes of chunks. */
const READ_BYTES = 1_000_000;
const RETRY_MS = 2_000;

/** The log of one attempt as far as it is loaded. A new object for each change. */
export type LoadedLog = {
  readonly lines: readonly LogLine[];
  /** How many lines were loaded and dropped again, before the first of `lines`. */
  readonly dropped: number;
  /** The first line that was loaded is the first line of the log, so lines have numbers. */
  readonly isNumbered: boolean;
  /** The attempt goes on, so the log may grow. */
  readonly mayGrow: boolean;
  /** Bytes before the first line: they are not loaded. */
  readonly start: number;
  /** Bytes of the whole log, as far as the page knows. */
  readonly size: number;
  readonly isLoaded: boolean;
  /** Why it could not be read, as a sentence. */
  readonly problem: string | null;
};
const NOTHING: LoadedLog = {
  lines: [],
  dropped: 0,
  isNumbered: true,
  mayGrow: false,
  start: 0,
  size: 0,
  isLoaded: false,
  problem: null,
};

export type LogSource = {
  readonly subscribe: (listener: () => void) => () => void;
  readonly get: () => LoadedLog;
};

/**
 * Reads the end of an attempt's log, then follows it until the attempt is over. It reads while
 * there is a listener. After a lost connection it continues after its last chunk.
 *
 * Long because: its functions share the lines of one log.
 */
export function openAttemptLog({ client }: Pick<Api, 'client'>, id: string, attempt: number) {
  const listeners = new Set<() => void>();
  let lines: LogLine[] = [];
  let log = NOTHING;
  let stop = () => {};
  const change = (changed: Partial<LoadedLog>) => {
    log = { ...log, ...changed, lines };
    for (const listener of listeners) listener();
  };

  /** Adds new lines, and drops the first ones if there are too many. */
  function append(chunk: WireLogChunk): void {
    for (const line of linesOf(chunk)) lines.push(line);
    const size = log.size + bytesOf(chunk.lines);
    let { start } = log;
    let count = 0;
    if (size - start > KEPT_BYTES + DROPPED_BYTES)
      while (size - start > KEPT_BYTES && count < lines.length - 1) {
        start += bytesOf([lines[count]?.text ?? '']);
        count += 1;
      }
    if (count > 0) lines = lines.slice(count);
    change({ size, start, dropped: log.dropped + count });
  }

  async function load(signal: AbortSignal): Promise<void> {
    const own: LogLine[] = [];
    lines = own;
    let seq = 0;
    for (let from = -KEPT_BYTES, isFirst = true; ; isFirst = false) {
      const text = await client.getLogText.query(
        { id, attempt, from, most: READ_BYTES },
        { signal },
      );
      // Another load may have begun meanwhile. Then this one must add no lines.
      if (own !== lines || signal.aborted) return;
      for (const chunk of text.chunks) for (const line of linesOf(chunk)) own.push(line);
      seq = text.chunks.at(-1)?.seq ?? seq;
      const isLoaded = text.next >= text.size;
      change({
        problem: null,
        ...(isFirst ? { start: text.start, dropped: 0, isNumbered: text.start === 0 } : {}),
        mayGrow: text.outcome === null,
        size: text.size,
        isLoaded,
      });
      if (isLoaded) return text.outcome === null ? follow(seq, signal) : undefined;
      from = text.next;
    }
  }

  function follow(seq: number, signal: AbortSignal): void {
    const place = { after: `${attempt}:${seq}` };
    const unsubscribe = keepSubscribed((onEnd) =>
      client.onAttemptLog.subscribe(
        { id, attempt, lastEventId: place.after },
        {
          onData: ({ id: cursor, data }: { id: string; data: WireLogChunk }) => {
            place.after = cursor;
            append(data);
          },
          onComplete: () => {
            void readRest(place, signal)
              .catch(() => null)
              .then((isOver) => {
                if (isOver !== true) onEnd(RETRY_MS);
              });
          },
          onError: (error) => {
            if (problemOf(error)?.code !== 'job_not_found') onEnd(RETRY_MS);
          },
        },
      ),
    );
    signal.addEventListener('abort', unsubscribe, { once: true });
  }

  /** Reads the last lines. True if the attempt has ended, and not only its stream. */
  async function readRest(place: { after: string }, signal: AbortSignal): Promise<boolean> {
    const { outcome } = await client.getLogText.query({ id, attempt, most: 1 }, { signal });
    if (outcome === null) return false;
    for (;;) {
      const page = await client.getAttemptLog.query(
        { id, attempt, after: place.after },
        { signal },
      );
      for (const chunk of page.chunks) append(chunk);
      place.after = page.after;
      if (page.chunks.length > 0) continue;
      change({ mayGrow: false });
      return true;
    }
  }

  function start(): void {
    const cut = new AbortController();
    const begin = () =>
      void load(cut.signal).catch((error: unknown) => {
        if (cut.signal.aborted) return;
        change({ problem: errorMessage(error) });
        // The server would refuse the same request again.
        if (problemOf(error) === null) retry = setTimeout(begin, RETRY_MS);
      });
    let retry: ReturnType<typeof setTimeout> | undefined;
    begin();
    stop = () => {
      clearTimeout(retry);
      cut.abort();
    };
  }

  const source: LogSource = {
    get: () => log,
    subscribe(listener) {
      listeners.add(listener);
      if (listeners.size === 1) start();
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) stop();
      };
    },
  };
  return source;
}

/** Each line has one line feed. */
function bytesOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + UTF8.encode(line).length + 1, 0);
}
const UTF8 = new TextEncoder();
