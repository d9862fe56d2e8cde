import { findStopRequest, QUEUE_CHANNEL, workerChannel } from '@renderdeck/operations';
import type { Worker } from '../worker.ts';

/**
 * Hears the wakes. A wake is a hint: a queue wake makes the claim loop look; a stop wake names an attempt, and only the stop request in the
 * database counts, so it is asked for, by itself and at once; a cancel that is repeated also ends the grace. After a reconnect claim and lease loop look,
 * whatever was missed.
 */
export async function listenForNotifications(
  worker: Worker,
  claim: { wake(): void },
  lease: { wake(): void },
): Promise<void> {
  const { listener, context, attempts, config, log } = worker;
  await listener.subscribe(QUEUE_CHANNEL, claim.wake, claim.wake);
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
        lease.wake();
      });
    },
    lease.wake,
  );
  log.debug({ worker: context.workerId, slots: config.slots }, 'wakes are heard');
}

async function stopIfAsked({ attempts, context }: Worker, attemptId: string): Promise<void> {
  const attempt = attempts.get(attemptId);
  if (attempt === null) return;
  const askedMsAgo = await findStopRequest(context.db, attempt.job.jobId, attemptId);
  if (askedMsAgo !== null) attempt.end.trigger({ kind: 'stopRequested', askedMsAgo });
}
