import { setTimeout } from 'node:timers/promises';

/** A running program of the farm: the API, the worker, or the local PostgreSQL. */
export type RunningProgram = {
  /** Resolves with a text for people that says how the program ended. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
};

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;
/** A program that ran this long started well. After it ends, the first pause comes again. */
const RAN_WELL_MS = 60_000;

/**
 * Starts a program again each time it ends by itself, and reports it. The first try is at once. The
 * pauses before the next tries are 1 s, 2 s, 4 s, up to 30 s, without end. After `stop` the program
 * is never started again.
 */
export function keepRunning<P extends RunningProgram>(
  name: string,
  first: P,
  startAgain: () => Promise<P>,
  log: (line: string) => void,
): { current(): P; stop(): Promise<void> } {
  const stopping = new AbortController();
  let program = first;
  let pauseMs = 0;

  const pause = async () => {
    await setTimeout(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    pauseMs = Math.min(Math.max(pauseMs * 2, FIRST_PAUSE_MS), LONGEST_PAUSE_MS);
  };
  const startUntilItRuns = async () => {
    for (;;) {
      await pause();
      if (stopping.signal.aborted) return;
      try {
        program = await startAgain();
        return log(`The ${name} runs again.`);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        log(`The ${name} did not start: ${why} The next try is in ${pauseMs / 1000} s.`);
      }
    }
  };
  const kept = (async () => {
    while (!stopping.signal.aborted) {
      const startedAt = performance.now();
      const why = await program.ended;
      if (stopping.signal.aborted) return;
      if (performance.now() - startedAt >= RAN_WELL_MS) pauseMs = 0;
      log(`The ${name} ended unexpectedly; it is started again. ${why}`);
      await startUntilItRuns();
    }
  })();

  return {
    current: () => program,
    async stop() {
      stopping.abort();
      await program.stop();
      await kept;
      // `startAgain` may have been running. Then this is a new program.
      await program.stop();
    },
  };
}
