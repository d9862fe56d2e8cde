import { setTimeout as delay } from 'node:timers/promises';
import { keepQueueCounts, repairQueueCounts } from '@renderdeck/operations';
import type { Database } from '@renderdeck/store/connect';
import { coalesce } from '../coalesce.ts';

/** While the queue changes; a quiet queue is looked at less and less often. */
const LEAST_MS = 100;
const MOST_MS = 2000;
/** Half a second's work at a million waiting jobs. */
const CHECK_EVERY_MS = 600_000;

/**
 * Keeps the counts of the queue, from which positions come, and compares them with the jobs now and
 * every ten minutes. Returns the stop function.
 */
export function startQueueCounts(
  db: Database,
  logFailure: (what: string) => (error: unknown) => void,
): () => void {
  const stopped = new AbortController();
  const { signal } = stopped;
  const keep = async () => {
    let restMs = LEAST_MS;
    while (!signal.aborted) {
      const changes = await keepQueueCounts({ db }).catch((error: unknown) => {
        logFailure('the counts of the queue were not kept')(error);
        restMs = MOST_MS;
        return 0;
      });
      restMs = changes > 0 ? LEAST_MS : Math.min(2 * restMs, MOST_MS);
      await delay(restMs, undefined, { signal }).catch(() => undefined);
    }
  };
  const check = coalesce(async () => {
    const faults = await repairQueueCounts({ db });
    if (faults > 0) logFailure('the counts of the queue were made anew')(foundFaults(faults));
  }, logFailure('the counts of the queue were not checked'));
  void keep();
  check();
  const timer = setInterval(check, CHECK_EVERY_MS);
  return () => {
    clearInterval(timer);
    stopped.abort();
  };
}

function foundFaults(faults: number): Error {
  return new Error(
    `Positions were wrong: ${faults} blocks of the queue held other jobs than were counted. ` +
      'Somebody wrote to the table of jobs by hand. Positions are right again.',
  );
}
