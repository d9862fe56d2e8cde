import { setTimeout as delay } from 'node:timers/promises';
import { type AdminContext, keepQueueCounts } from '@renderdeck/operations';

const LEAST_MS = 100;
const MOST_MS = 2000;

/** Keeps the counts of the queue as the API does, until it is stopped. */
export function keepCounts(context: Pick<AdminContext, 'db'>): { stop(): Promise<void> } {
  const stopped = new AbortController();
  const { signal } = stopped;
  const keeping = (async () => {
    let restMs = LEAST_MS;
    while (!signal.aborted) {
      const changes = await keepQueueCounts(context);
      restMs = changes > 0 ? LEAST_MS : Math.min(2 * restMs, MOST_MS);
      await delay(restMs, undefined, { signal }).catch(() => undefined);
    }
  })();
  // `stop` throws what went wrong.
  keeping.catch(() => undefined);
  return {
    async stop() {
      stopped.abort();
      await keeping;
    },
  };
}
