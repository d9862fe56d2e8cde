import { setTimeout as delay } from 'node:timers/promises';
import type { Worker } from './worker.ts';

const LONGEST_PAUSE_MS = 5000;

/**
 * Does it until the database has taken it: what happened on this host is not forgotten because the database was away. Fails only where the daemon may
 * wait no longer; its next run reports what it left.
 */
export async function keepTrying<Result>(
  what: string,
  { log, leaving }: Pick<Worker, 'log' | 'leaving'>,
  work: () => Promise<Result>,
): Promise<Result> {
  for (let pauseMs = 100; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    try {
      return await work();
    } catch (error) {
      if (leaving.signal.aborted) throw error;
      log.warn({ err: error, what, pauseMs }, 'database did not take it, trying again');
      await delay(pauseMs, undefined, { signal: leaving.signal }).catch(() => undefined);
    }
  }
}
