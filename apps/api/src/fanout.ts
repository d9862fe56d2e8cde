import { refuse } from '@renderdeck/contract';

/** Events that a reader may leave unread before it is cut off; the one that is one too many may be of any weight. */
const MAX_UNREAD = 2000;
const TOO_SLOW = `The reader left ${MAX_UNREAD} events unread; connect again with the last cursor.`;
const RETRY_AFTER_S = 1;

/** One sender, many readers, each with a bounded queue of its own: a slow one costs the others nothing. */
export class Fanout<Event> {
  readonly #hearers = new Set<(event: Event) => void>();
  readonly #closers = new Set<() => void>();
  readonly #weigh: (event: Event) => number;

  /** `weigh`: for how many events one counts that holds several. */
  constructor(weigh: (event: Event) => number = () => 1) {
    this.#weigh = weigh;
  }

  send(event: Event): void {
    for (const subscribe of this.#hearers) subscribe(event);
  }

  /** Calls `hear` at once for every event, until the function it gives is called. */
  hear(hear: (event: Event) => void): () => void {
    this.#hearers.add(hear);
    return () => this.#hearers.delete(hear);
  }

  /** Every event from this call on, not from the first read. Ends with the signal or with close; a reader that is too slow is refused, and may come again with its cursor. */
  open(signal: AbortSignal): AsyncIterable<Event> {
    const unread: Event[] = [];
    const weigh = this.#weigh;
    let weight = 0;
    let over = signal.aborted;
    let tooSlow = false;
    let wake: (() => void) | null = null;
    const stopHearing = this.hear((event) => {
      if (weight >= MAX_UNREAD) {
        tooSlow = true;
        end();
        return;
      }
      unread.push(event);
      weight += weigh(event);
      wake?.();
    });
    const closers = this.#closers;
    function end(): void {
      over = true;
      stopHearing();
      closers.delete(end);
      signal.removeEventListener('abort', end);
      wake?.();
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
              wake = resolve;
            });
            wake = null;
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
