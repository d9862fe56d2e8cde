/** A loop of the daemon. `stop` resolves when its last turn is over. */
export type Loop = { stop(): Promise<void> };

/**
 * Runs `turn` at once, then `everyMs` after each turn's end and at `runNow`, never two at a time.
 * `onError` receives the error of a turn that fails; the loop goes on.
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
