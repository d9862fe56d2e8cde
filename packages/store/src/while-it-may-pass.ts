import { setTimeout as delay } from 'node:timers/promises';
import { mayPass } from './database-conditions.ts';
import { hasNoConnectionLeft } from './explain-outage.ts';
import { retryPauseMs } from './retry-pause.ts';

const TRY_FOR_MS = 10_000;
const MOST_PAUSE_MS = { soon: 400, inTurn: 5000 } as const;

/**
 * Repeats a step of a start for ten seconds, while it fails for a reason that may pass by itself,
 * for example a lost connection. Throws the last error. The step must be safe to repeat. With
 * `onWait`, it also waits until the database has a connection left, however long that takes, and
 * calls `onWait` once: other programs must end first.
 */
export async function whileItMayPass<Result>(
  work: () => Promise<Result>,
  onWait?: (error: unknown) => void,
): Promise<Result> {
  let until = performance.now() + TRY_FOR_MS;
  let isTold = false;
  for (let failures = 1; ; failures += 1) {
    try {
      return await work();
    } catch (error) {
      if (onWait !== undefined && hasNoConnectionLeft(error)) {
        if (!isTold) onWait(error);
        isTold = true;
        until = performance.now() + TRY_FOR_MS;
      } else if (!mayPass(error) || performance.now() > until) throw error;
    }
    await delay(retryPauseMs(failures, isTold ? MOST_PAUSE_MS.inTurn : MOST_PAUSE_MS.soon));
  }
}
