export type ServerClock = {
  /** The server's time in milliseconds. */
  now(): number;
  /** The server's time at the last tick, so that all cells show the same second. */
  tick(): number;
  /** Sets the clock from the time of a message that has just arrived. */
  sync(at: string): void;
  /** Ticks each second while there is a listener. */
  subscribe(listener: () => void): () => void;
};

/** The page's only clock, set to the server's time. */
export function createServerClock(localNow: () => number = Date.now): ServerClock {
  const listeners = new Set<() => void>();
  let offsetMs = 0;
  let lastTick = localNow();
  let timer: ReturnType<typeof setInterval> | undefined;

  const now = () => localNow() + offsetMs;
  function onTick(): void {
    lastTick = now();
    for (const listener of listeners) listener();
  }

  return {
    now,
    tick: () => lastTick,
    sync(at) {
      offsetMs = Date.parse(at) - localNow();
    },
    subscribe(listener) {
      listeners.add(listener);
      if (timer === undefined) {
        lastTick = now();
        timer = setInterval(onTick, 1000);
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) {
          clearInterval(timer);
          timer = undefined;
        }
      };
    },
  };
}
