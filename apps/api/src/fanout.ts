/** Frames that a reader may leave unread before it is cut off. */
const MAX_UNREAD = 2000;

/** A reader did not keep up: it is cut off, and may come again with its cursor. */
export class TooSlow extends Error {
  constructor() {
    super(`The reader left ${MAX_UNREAD} events unread; connect again with the last cursor.`);
    this.name = 'TooSlow';
  }
}

/** One sender, many readers, each with a bounded queue of its own: a slow one costs the others nothing. */
export class Fanout<Event> {
  readonly #hearers = new Set<(event: Event) => void>();
  readonly #closers = new Set<() => void>();

  send(event: Event): void {
    for (const hear of this.#hearers) hear(event);
  }

  /** Calls `hear` at once for every event, until the function it gives is called. */
  hear(hear: (event: Event) => void): () => void {
    this.#hearers.add(hear);
    return () => this.#hearers.delete(hear);
  }

  /** Every event from this call on, not from the first read. Ends with the signal or with close, throws TooSlow. */
  open(signal: AbortSignal): AsyncIterable<Event> {
    const unread: Event[] = [];
    let over = signal.aborted;
    let tooSlow = false;
    let wake: (() => void) | null = null;
    const stopHearing = this.hear((event) => {
      if (unread.length >= MAX_UNREAD) {
        tooSlow = true;
        end();
        return;
      }
      unread.push(event);
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
            for (let event = unread.shift(); event !== undefined; event = unread.shift()) yield event;
            if (tooSlow) throw new TooSlow();
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
