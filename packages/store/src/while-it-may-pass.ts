import { setTimeout as delay } from 'node:timers/promises';
import { mayPass } from './database-conditions.ts';

const TRY_FOR_MS = 10_000;
const PAUSE_MS = 200;

/**
 * Repeats a step of a start for ten seconds, while it fails for a reason that may pass by itself,
 * for example a lost connection. Throws the last error. The step must be safe to repeat.
 */
export async function whileItMayPass<Result>(work: () => Promise<Result>): Promise<Result> {
  const until = performance.now() + TRY_FOR_MS;
  while (true) {
    try {
      return await work();
    } catch (error) {
      if (!mayPass(error) || performance.now() > until) throw error;
    }
    await delay(PAUSE_MS);
  }
}
