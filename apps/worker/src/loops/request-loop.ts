import { readRequests } from '@renderdeck/operations';
import { answerCheck } from '../host/open-host-checker.ts';
import type { Worker } from '../worker.ts';
import { LEAST_PAUSE, runPeriodically } from './run-periodically.ts';

/** A stop request arrives within two seconds, so one second is left for its way. */
export const ASK_EVERY_MS = 1000;
const AFTER_FAILURE_MS = 250;

/**
 * Asks each second for what a worker with notifications is told (notification-loop.ts): stop
 * requests, waiting jobs and a request for a check. Null if this worker receives notifications.
 */
export function requestLoop(worker: Worker, claimNow: () => void) {
  const { listener, attempts, config, context, renderConnection, log } = worker;
  if (listener !== null) return null;
  let isAnswered = true;
  return runPeriodically(
    // A random part, so that daemons that were started together do not poll together.
    () =>
      isAnswered
        ? ASK_EVERY_MS * (LEAST_PAUSE + (1 - LEAST_PAUSE) * Math.random())
        : AFTER_FAILURE_MS,
    async () => {
      isAnswered = false;
      const attemptIds = attempts.ids();
      const db = attemptIds.length === 0 ? context.db : renderConnection.urgent;
      const asked = await readRequests({ ...context, db }, { attemptIds });
      isAnswered = true;
      for (const { attemptId, ...stop } of asked.stopRequested) attempts.stop(attemptId, stop);
      if (asked.isCheckAsked) void answerCheck(worker);
      if (asked.jobWaits && attempts.busySlots() < config.slots) claimNow();
    },
    (error) => log.error({ err: error }, 'requests to this host were not read'),
  );
}
