import { countIdleHosts } from '@renderdeck/operations';
import type { Worker } from '../worker.ts';
import type { QueueWakes } from './queue-wakes.ts';
import { runPeriodically } from './run-periodically.ts';

const AT_LEAST_MS = 20_000;
const AT_MOST_MS = 40_000;

/** Learns now and then how many hosts are idle, whatever they offer: as one of them it draws. */
export function idleHostsLoop({ context, log }: Worker, wakes: QueueWakes) {
  return runPeriodically(
    () => AT_LEAST_MS + Math.random() * (AT_MOST_MS - AT_LEAST_MS),
    async () => {
      wakes.idleHosts = await countIdleHosts(context.db);
    },
    (error) => log.warn({ err: error }, 'idle hosts were not counted'),
  );
}
