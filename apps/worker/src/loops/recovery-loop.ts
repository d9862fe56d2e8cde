import { createLeaseRecoverer } from '@renderdeck/operations';
import type { Worker } from '../worker.ts';
import { runPeriodically } from './run-periodically.ts';

export const EVERY_MS = 2000;

/**
 * Takes back jobs of any host whose lease ran out, while this worker is one of the few that watch
 * (domain/lease-watchers.ts).
 */
export function recoveryLoop(worker: Worker, watches: () => boolean) {
  const recoverer = createLeaseRecoverer(worker.context, {
    actor: worker.context.host,
    everyMs: EVERY_MS,
  });
  return runPeriodically(
    EVERY_MS,
    async () => {
      if (!watches()) return;
      const { ids } = await recoverer.look();
      if (ids.length > 0)
        worker.log.warn({ jobs: ids }, 'jobs were taken back: their leases ran out');
    },
    (error) => worker.log.error({ err: error }, 'recovery failed'),
  );
}
