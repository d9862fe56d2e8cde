import { recoverExpired } from '@renderdeck/operations';
import type { Worker } from '../worker.ts';
import { runPeriodically } from './run-periodically.ts';

const EVERY_MS = 5000;

/** Takes back jobs with an expired lease, of any host. Every worker and the API do this. */
export function recoveryLoop(worker: Worker) {
  return runPeriodically(
    EVERY_MS,
    async () => {
      const { ids } = await recoverExpired(worker.context, { actor: worker.context.host });
      if (ids.length > 0)
        worker.log.warn({ jobs: ids }, 'jobs were taken back: their leases ran out');
    },
    (error) => worker.log.error({ err: error }, 'recovery failed'),
  );
}
