import { renewEveryMs } from '@renderdeck/domain';
import type { Worker } from '../worker.ts';
import { runPeriodically } from './run-periodically.ts';

/** The health of this host. Others check it, too. */
type Health = { check(): Promise<void>; problem(): string | null };

type From = {
  readonly config: Pick<Worker['config'], 'leaseMs'>;
  readonly log: Pick<Worker['log'], 'error'>;
};

/**
 * Looks as often as leases are renewed whether this host can render, and never in their way: a look
 * may wait for a share until its limit. Calls `onChange` once when the host has another problem, or
 * none any more, whoever saw it first; and `afterCheck` after each check.
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
