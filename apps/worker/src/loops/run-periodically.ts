/** The shortest pause of a loop with random pauses, as a part of the longest one. */
export const LEAST_PAUSE = 0.7;

/** A pause with a random part, so that daemons that were started together do not ask together. */
export function spread(ms: number): number {
  return ms * (LEAST_PAUSE + (1 - LEAST_PAUSE) * Math.random());
}

/** A loop of the daemon. `stop` resolves when its last turn has ended. */
export type Loop = { stop(): Promise<void> };

/**
 * Runs `turn` at once, then again `everyMs` after the end of each turn and at `runNow`. Two turns
 * never run at the same time. `onError` gets the error of a turn that fails, and the loop goes on.
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
