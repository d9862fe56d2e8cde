export type Throttled = { call(): void; cancel(): void };

/** Runs `callback` at once, then at most once per interval; the last call is never lost. */
export function throttle(callback: () => void, intervalMs: number): Throttled {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let pending = false;
  function run(): void {
    pending = false;
    callback();
    timer = setTimeout(() => {
      timer = undefined;
      if (pending) run();
    }, intervalMs);
  }
  return {
    call() {
      if (timer === undefined) run();
      else pending = true;
    },
    cancel() {
      clearTimeout(timer);
      timer = undefined;
      pending = false;
    },
  };
}
