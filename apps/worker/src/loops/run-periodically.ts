/** A loop of the daemon: started once, stopped once; `stop` resolves when its last turn is over. */
export type Loop = { stop(): Promise<void> };

/** Runs `turn` at once, then again `everyMs` after each end and whenever it is woken; never twice at the same time. A failed turn is told and the next one comes. */
export function runPeriodically(
  everyMs: number | (() => number),
  turn: () => Promise<void>,
  onError: (error: unknown) => void,
): Loop & { wake(): void } {
  let stopped = false;
  let woken = false;
  let wake: () => void = () => undefined;
  const run = async () => {
    while (!stopped) {
      woken = false;
      await turn().catch(onError);
      if (stopped || woken) continue;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, typeof everyMs === 'number' ? everyMs : everyMs());
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  };
  const running = run();
  return {
    wake() {
      woken = true;
      wake();
    },
    async stop() {
      stopped = true;
      wake();
      await running;
    },
  };
}
