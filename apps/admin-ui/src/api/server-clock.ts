export type ServerClock = {
  /** Milliseconds of the server's time, exact. */
  now(): number;
  /** The same as of the last tick: steady between two ticks, so that all cells agree. */
  tick(): number;
  /** Sets the clock by a server's message that has just arrived. */
  learn(at: string): void;
  /** Ticks each second while anybody listens. */
  subscribe(listener: () => void): () => void;
};

/** The page's one clock, set to the server's time. */
export function createServerClock(localNow: () => number = Date.now): ServerClock {
  const listeners = new Set<() => void>();
  let offsetMs = 0;
  let ticked = localNow();
  let timer: ReturnType<typeof setInterval> | undefined;

  const now = () => localNow() + offsetMs;
  function tickNow(): void {
    ticked = now();
    for (const listener of listeners) listener();
  }

  return {
    now,
    tick: () => ticked,
    learn(at) {
      offsetMs = Date.parse(at) - localNow();
    },
    subscribe(listener) {
      listeners.add(listener);
      if (timer === undefined) {
        ticked = now();
        timer = setInterval(tickNow, 1000);
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
