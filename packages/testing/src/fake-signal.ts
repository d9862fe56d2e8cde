/** A doorbell: whoever waits is woken by every ring, by the end of its signal, or by its time running out. */
export type FakeSignal = {
  ring(): void;
  /** Waits until `holds()` is true, `signal` ends or `waitMs` have passed, whichever comes first. */
  until(holds: () => boolean, signal: AbortSignal | undefined, waitMs?: number): Promise<void>;
  /** The items of a list that grows, from `start` on, for as long as `signal` lasts. */
  follow<Item>(list: readonly Item[], start: number, signal: AbortSignal): AsyncGenerator<Item>;
};

export function createFakeSignal(): FakeSignal {
  const waiting = new Set<() => void>();
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
    ring() {
      for (const look of [...waiting]) look();
    },
    until,
    async *follow(list, start, signal) {
      for (let next = start; !signal.aborted; ) {
        const item = list[next];
        if (item === undefined) await until(() => list.length > next, signal);
        else {
          next += 1;
          yield item;
        }
      }
    },
  };
}
