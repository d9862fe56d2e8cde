import { renewEveryMs } from '@renderdeck/domain';
import type { Worker } from '../worker.ts';
import { runPeriodically } from './run-periodically.ts';

/** The health of this host. Other code calls its check, too. */
type Health = { check(): Promise<void>; problem(): string | null };

type From = {
  readonly config: Pick<Worker['config'], 'leaseMs'>;
  readonly log: Pick<Worker['log'], 'error'>;
};

/**
 * Checks as often as leases are renewed whether this host can render. It never delays a renewal,
 * because a check may wait for a share until its limit. Calls `onChange` once when the host has
 * another problem or none any more, whoever saw that first. Calls `afterCheck` after each check.
 */
export function healthLoop(
  { config, log }: From,
  { check, problem }: Health,
  { onChange, afterCheck }: { onChange(): void; afterCheck(): Promise<void> },
) {
  let last = problem();
  return runPeriodically(
    renewEveryMs(config.leaseMs),
    async () => {
      await check();
      if (problem() !== last) {
        last = problem();
        onChange();
      }
      await afterCheck();
    },
    (error) => log.error({ err: error }, 'the host was not checked'),
  );
}
