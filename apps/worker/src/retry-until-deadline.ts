import { setTimeout as delay } from 'node:timers/promises';
import type { Worker } from './worker.ts';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5000;

/**
 * Repeats `work` until it succeeds. After the shutdown deadline it tries once more and then throws:
 * the next daemon reports the rest. Decision 0010 says why no library does this.
 */
export async function retryUntilDeadline<Result>(
  what: string,
  { log, shutdownDeadline }: Pick<Worker, 'log' | 'shutdownDeadline'>,
  work: () => Promise<Result>,
): Promise<Result> {
  const { signal } = shutdownDeadline;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted) throw error;
      log.warn({ err: error, what, pauseMs }, 'database did not take it, trying again');
      await delay(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
