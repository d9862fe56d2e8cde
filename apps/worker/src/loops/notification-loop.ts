import { findStopRequest, QUEUE_CHANNEL, workerChannel } from '@renderdeck/operations';
import type { Worker } from '../worker.ts';

/**
 * Listens for notifications. Each is a hint to ask the database; only what is stored there counts.
 *
 * 1. The queue's channel: the claim loop runs.
 * 2. This worker's channel names an attempt: its stop request is read at once. A repeated cancel
 *    also ends the grace.
 * 3. After a reconnect the claim loop and the lease loop run, because notifications may be lost.
 */
export async function listenForNotifications(
  worker: Worker,
  claim: { runNow(): void },
  lease: { runNow(): void },
): Promise<void> {
  const { listener, context, attempts, config, log } = worker;
  await listener.subscribe(QUEUE_CHANNEL, claim.runNow, claim.runNow);
  await listener.subscribe(
    workerChannel(context.workerId),
    (payload) => {
      const [attemptId = '', again] = payload.split(' ');
      if (again !== undefined) attempts.get(attemptId)?.skipGrace.abort();
      stopIfAsked(worker, attemptId).catch((error: unknown) => {
        log.warn(
          { err: error, attempt: attemptId },
          'stop request could not be read, asking again',
        );
        lease.runNow();
      });
    },
    lease.runNow,
  );
  log.debug({ worker: context.workerId, slots: config.slots }, 'listening for notifications');
}

async function stopIfAsked({ attempts, context }: Worker, attemptId: string): Promise<void> {
  const attempt = attempts.get(attemptId);
  if (attempt === null) return;
  const askedMsAgo = await findStopRequest(context.db, attempt.job.jobId, attemptId);
  if (askedMsAgo !== null) attempt.end.trigger({ kind: 'stopRequested', askedMsAgo });
}
