import { setTimeout as delay } from 'node:timers/promises';
import { chooseForDisk, leastFreeWhileRendering } from '@renderdeck/domain';
import type { RunningAttempt } from '../attempt/running-attempts.ts';
import type { HostHealth } from '../host/host-health.ts';
import type { Worker } from '../worker.ts';
import { runPeriodically } from './run-periodically.ts';

const EVERY_MS = 1000;
const MEASURE_WITHIN_MS = 5000;
/** A render whose end takes longer may never free its space, so another render is ended. */
const ENDS_WITHIN_MS = 30_000;

/**
 * Watches the scratch disk while something renders, even when every slot is taken and nothing is
 * claimed. When the disk is nearly full, this loop ends one render as a failure of this host, so
 * that the other renders can use its space.
 */
export function diskLoop(worker: Worker, health: HostHealth) {
  const { attempts, config, log } = worker;
  return runPeriodically(
    EVERY_MS,
    async () => {
      if (attempts.ids().length === 0) return;
      const free = await health.checkDisk(worker);
      if (free === null) return;
      const renders = attempts.all().filter(({ end }) => end.ageMs < ENDS_WITHIN_MS || !end.reason);
      const limit = leastFreeWhileRendering(config.minFreeBytes);
      if (free < limit) await Promise.all(renders.map(measure));
      const chosen = chooseForDisk(free, config.minFreeBytes, renders.map(describe));
      if (chosen === null) return;
      log.error({ attempt: chosen, free, limit }, 'the disk is nearly full, a render is ended');
      attempts.get(chosen)?.end.trigger({
        kind: 'overLimit',
        sentence:
          `The disk of ${config.scratchRoot} ran full: only ${mb(free)} MB were free, less than ` +
          `half of RENDERDECK_MIN_FREE_MB=${mb(config.minFreeBytes)}. Free some space.`,
        failure: 'disk',
      });
    },
    (error) => log.error({ err: error }, 'the disk was not checked'),
  );
}

/** Older sizes could choose the wrong render. */
async function measure(attempt: RunningAttempt): Promise<void> {
  const measured = attempt.render?.measure();
  if (measured === undefined) return;
  const moved = await Promise.race([measured, delay(MEASURE_WITHIN_MS, {}, { ref: false })]);
  attempt.moved = { ...attempt.moved, ...moved };
}

function describe({ job, moved, isPublishing, end }: RunningAttempt) {
  const bytes = moved.files?.amount ?? 0;
  return { attemptId: job.attemptId, bytes, isPublishing, isEnding: end.reason !== null };
}

function mb(bytes: number): number {
  return Math.round(bytes / 1_000_000);
}
