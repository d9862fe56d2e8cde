import { refuse } from '@renderdeck/contract';

/**
 * How many events a reader may leave unread. The event that passes this limit is still delivered.
 */
const MAX_UNREAD = 2000;
const TOO_SLOW = `The reader left ${MAX_UNREAD} events unread; connect again with the last cursor.`;
const RETRY_AFTER_S = 1;

/**
 * One sender and many readers. Each has a bounded queue, so a slow reader does not delay the
 * others.
 */
export class Fanout<Event> {
  readonly #listeners = new Set<(event: Event) => void>();
  readonly #closers = new Set<() => void>();
  readonly #weigh: (event: Event) => number;
  readonly #onSubscribe: () => void;

  /**
   * `weigh` returns how many events one event counts for. `onSubscribe` is called for each listener
   * and each reader.
   */
  constructor({
    weigh = () => 1,
    onSubscribe = () => {},
  }: { weigh?: (event: Event) => number; onSubscribe?: () => void } = {}) {
    this.#weigh = weigh;
    this.#onSubscribe = onSubscribe;
  }

  /** How many listeners and readers there are. */
  followers(): number {
    return this.#listeners.size;
  }

  /** Every listener gets the event. Then the first error of a listener is thrown. */
  send(event: Event): void {
    const errors: unknown[] = [];
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }

  /** Calls the listener for every event from now on. Returns the unsubscribe function. */
  subscribe(listener: (event: Event) => void): () => void {
    this.#listeners.add(listener);
    this.#onSubscribe();
    return () => this.#listeners.delete(listener);
  }

  /**
   * Returns every event from this call on, until the signal aborts or `close` is called. A reader
   * that is too slow gets its unread events, then a refusal. It may connect again with its cursor.
   */
  open(signal: AbortSignal): AsyncIterable<Event> {
    const unread: Event[] = [];
    const weigh = this.#weigh;
    let weight = 0;
    let over = signal.aborted;
    let tooSlow = false;
    let resume: (() => void) | null = null;
    const unsubscribe = this.subscribe((event) => {
      if (weight >= MAX_UNREAD) {
        tooSlow = true;
        end();
        return;
      }
      unread.push(event);
      weight += weigh(event);
      resume?.();
    });
    const closers = this.#closers;
    function end(): void {
      over = true;
      unsubscribe();
      closers.delete(end);
      signal.removeEventListener('abort', end);
      resume?.();
    }
    closers.add(end);
    signal.addEventListener('abort', end, { once: true });
    return {
      async *[Symbol.asyncIterator]() {
        try {
          while (true) {
            for (let event = unread.shift(); event !== undefined; event = unread.shift()) {
              weight -= weigh(event);
              yield event;
            }
            if (tooSlow)
              throw refuse('too_many_requests', TOO_SLOW, { retryAfterSeconds: RETRY_AFTER_S });
            if (over) return;
            await new Promise<void>((resolve) => {
              resume = resolve;
            });
            resume = null;
          }
        } finally {
          end();
        }
      },
    };
  }

  /** Ends every reader. */
  close(): void {
    for (const end of [...this.#closers]) end();
  }
}
