/** A loop of the daemon: started once, stopped once. `stop` resolves when its last turn is over. */
export type Loop = { stop(): Promise<void> };

/**
 * Runs `turn` at once, then again `everyMs` after each end and at `runNow`; never twice at the same
 * time. A turn that fails is given to `onError`, and the next one comes.
 */
export function runPeriodically(
  everyMs: number | (() => number),
  turn: () => Promise<void>,
  onError: (error: unknown) => void,
): Loop & { runNow(): void } {
  let stopped = false;
  let runAgain = false;
  let endPause: () => void = () => undefined;
  const run = async () => {
    while (!stopped) {
      runAgain = false;
      await turn().catch(onError);
      if (stopped || runAgain) continue;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, typeof everyMs === 'number' ? everyMs : everyMs());
        endPause = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  };
  const running = run();
  return {
    runNow() {
      runAgain = true;
      endPause();
    },
    async stop() {
      stopped = true;
      endPause();
      await running;
    },
  };
}
