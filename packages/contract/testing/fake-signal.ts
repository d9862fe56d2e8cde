/**
 * Lets waiters check their condition again at each `ring`, when their signal aborts, and when their
 * time is over.
 */
export type FakeSignal = {
  ring(): void;
  /** Waits until `holds()` is true, `signal` aborts or `waitMs` have passed. */
  until(holds: () => boolean, signal?: AbortSignal, waitMs?: number): Promise<void>;
  /** The items of a growing list from `start` on, until `signal` aborts or the list is over. */
  follow<Item>(
    list: readonly Item[],
    start: number,
    signal: AbortSignal,
    isOver?: () => boolean,
  ): AsyncGenerator<Item>;
  /** How many callers follow a list now. */
  followers(): number;
  /** Ends every list that is followed, like a server that shuts down. */
  stop(): void;
};

export function createFakeSignal(): FakeSignal {
  const waiting = new Set<() => void>();
  let followers = 0;
  let stopped = false;
  const ring = () => {
    for (const look of [...waiting]) look();
  };
  const until: FakeSignal['until'] = (holds, signal, waitMs) =>
    new Promise((resolve) => {
      const timer = waitMs === undefined ? undefined : setTimeout(end, waitMs);
      function end() {
        clearTimeout(timer);
        waiting.delete(look);
        signal?.removeEventListener('abort', end);
        resolve();
      }
      function look() {
        if (holds()) end();
      }
      waiting.add(look);
      signal?.addEventListener('abort', end);
      if (signal?.aborted) end();
      look();
    });
  return {
    ring,
    until,
    followers: () => followers,
    stop() {
      stopped = true;
      ring();
    },
    async *follow(list, start, signal, isOver = () => false) {
      followers += 1;
      try {
        for (let next = start; !signal.aborted && !stopped; ) {
          const item = list[next];
          if (item === undefined && isOver()) return;
          if (item === undefined)
            await until(() => stopped || list.length > next || isOver(), signal);
          else {
            next += 1;
            yield item;
          }
        }
      } finally {
        followers -= 1;
        ring();
      }
    },
  };
}
