import { renewEveryMs } from '@renderdeck/domain';
import type { HostHealth } from '../host-health.ts';
import type { Worker } from '../worker.ts';
import { runPeriodically } from './run-periodically.ts';

/**
 * Looks as often as leases are renewed whether this host can render, and never in their way: a look
 * may wait for a share until its limit. Calls `onChange` when the host has another problem, or none
 * any more.
 */
export function healthLoop(worker: Worker, health: HostHealth, onChange: () => Promise<void>) {
  return runPeriodically(
    renewEveryMs(worker.config.leaseMs),
    async () => {
      const before = health.problem;
      await health.check(worker);
      if (health.problem !== before) await onChange();
    },
    (error) => worker.log.error({ err: error }, 'the host was not checked'),
  );
}
