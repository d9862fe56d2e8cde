import { setTimeout as delay } from 'node:timers/promises';
import { databaseCondition } from '@renderdeck/store/connect';
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
  return await retry(signal, work, (error, pauseMs) => {
    log.warn({ err: error, what, pauseMs }, 'database did not take it, trying again');
    return true;
  });
}

/**
 * Does the same only while a condition of the database makes `work` fail. Throws any other error:
 * for work that must hold up nothing.
 */
export async function retryWhileAway<Result>(
  what: string,
  { log, shutdownDeadline }: Pick<Worker, 'log' | 'shutdownDeadline'>,
  work: () => Promise<Result>,
): Promise<Result> {
  return await retry(shutdownDeadline.signal, work, (error, pauseMs) => {
    if (databaseCondition(error) === null) return false;
    log.warn({ err: error, what, pauseMs }, 'database did not take it, trying again');
    return true;
  });
}

/**
 * Repeats a step of the start while a condition of the database makes it fail. Throws any other
 * error, and each error after the request to end.
 */
export async function retryStart<Result>(
  what: string,
  { log }: Pick<Worker, 'log'>,
  signal: AbortSignal,
  work: () => Promise<Result>,
): Promise<Result> {
  return await retry(signal, work, (error, pauseMs) => {
    if (databaseCondition(error) === null) return false;
    log.warn({ err: error, what, pauseMs }, 'the start waits for the database');
    return true;
  });
}

async function retry<Result>(
  signal: AbortSignal,
  work: () => Promise<Result>,
  mayRetry: (error: unknown, pauseMs: number) => boolean,
): Promise<Result> {
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted || !mayRetry(error, pauseMs)) throw error;
      await delay(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
