import { recoverExpired } from '@renderdeck/operations';
import type { Worker } from '../worker.ts';
import { runPeriodically } from './run-periodically.ts';

const EVERY_MS = 5000;

/** Takes back the jobs of silent hosts, this one included. Any worker may; the API does it too. */
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
