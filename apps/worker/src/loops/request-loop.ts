import { readRequests } from '@renderdeck/operations';
import type { Worker } from '../worker.ts';
import { type Loop, runPeriodically, spread } from './run-periodically.ts';

/** A stop request arrives within two seconds, so one second is left for its way. */
export const ASK_EVERY_MS = 1000;
const AFTER_FAILURE_MS = 250;

type Asking = Pick<Worker, 'listener' | 'attempts' | 'config' | 'context'> & {
  readonly log: Pick<Worker['log'], 'error'>;
  readonly renderConnection: Pick<Worker['renderConnection'], 'urgent'>;
};

/**
 * Asks each second for what a worker with notifications is told (notification-loop.ts): stop
 * requests, waiting jobs and a request for a check. It tries to claim when jobs begin to wait. Jobs
 * that go on waiting are not for this host, or for its next free slot: the claim loop looks for
 * them in its own time. Null if this worker receives notifications.
 */
export function requestLoop(
  worker: Asking,
  { claimNow, answerCheck }: Record<'claimNow' | 'answerCheck', () => void>,
): Loop | null {
  const { listener, attempts, config, context, renderConnection, log } = worker;
  if (listener !== null) return null;
  let isAnswered = true;
  let didWait = false;
  const pauseMs = () => spread(isAnswered ? ASK_EVERY_MS : AFTER_FAILURE_MS);
  return runPeriodically(
    pauseMs,
    async () => {
      isAnswered = false;
      const attemptIds = attempts.ids();
      const db = attemptIds.length === 0 ? context.db : renderConnection.urgent;
      const asked = await readRequests({ ...context, db }, { attemptIds });
      isAnswered = true;
      for (const { attemptId, ...stop } of asked.stopRequested) attempts.stop(attemptId, stop);
      if (asked.isCheckAsked) answerCheck();
      if (asked.jobWaits && !didWait && attempts.busySlots() < config.slots) claimNow();
      didWait = asked.jobWaits;
    },
    (error) => log.error({ err: error }, 'requests to this host were not read'),
  );
}
