import {
  CHECK_PAYLOAD,
  DRAIN_PAYLOAD,
  findStopRequest,
  QUEUE_CHANNEL,
  workerChannel,
} from '@renderdeck/operations';
import type { Listener } from '@renderdeck/store/connect';
import { answerCheck } from '../host/open-host-checker.ts';
import { untilAborted } from '../until-aborted.ts';
import type { Worker } from '../worker.ts';

const POOLED =
  'This worker listens through a pooler. If it pools transactions, notifications get lost, and a ' +
  'cancel is late: set RENDERDECK_LISTEN_URL to PostgreSQL itself, or RENDERDECK_LISTEN=off.';

type OnNotification = {
  hearOfQueue(payload: string): void;
  claimNow(): void;
  renewNow(): void;
};

/**
 * Subscribes to notifications. Each is a hint to poll. Only the content of the database counts.
 * Resolves when they arrive, however often the connection is lost before, and at once for a worker
 * that polls instead (request-loop.ts). Throws after the request to end.
 *
 * 1. On the queue's channel: run the claim loop when it is this host's turn (queue-wakes.ts).
 * 2. On this worker's channel, an attempt's id: read the stop request of the attempt at once. A
 *    repeated cancel also ends the grace period.
 * 3. On this worker's channel, `check`: check this host.
 * 4. On this worker's channel, `drain`: renew the leases; the answer says whether this host is
 *    drained.
 * 5. After a reconnect: run the claim loop and the lease loop, because notifications may be lost.
 */
export async function listenForNotifications(
  worker: Worker,
  end: AbortSignal,
  on: OnNotification,
): Promise<void> {
  const { context, config, log, listener, store } = worker;
  if (listener === null) return;
  await Promise.race([subscribe(worker, listener, on), untilAborted(end)]);
  end.throwIfAborted();
  log.debug({ worker: context.workerId, slots: config.slots }, 'listening for notifications');
  if (store.listensThroughPooler()) log.warn(POOLED);
}

async function subscribe(
  worker: Worker,
  listener: Listener,
  { hearOfQueue, claimNow, renewNow }: OnNotification,
): Promise<void> {
  const { context, attempts, log } = worker;
  await listener.subscribe(QUEUE_CHANNEL, hearOfQueue, claimNow);
  await listener.subscribe(
    workerChannel(context.workerId),
    (payload) => {
      if (payload === CHECK_PAYLOAD) return void answerCheck(worker);
      if (payload === DRAIN_PAYLOAD) return renewNow();
      const [attemptId = '', again] = payload.split(' ');
      // An API of an older version does not save that a cancel was repeated.
      if (again !== undefined) attempts.get(attemptId)?.skipGrace.abort();
      stopIfRequested(worker, attemptId).catch((error: unknown) => {
        log.warn(
          { err: error, attempt: attemptId },
          'stop request could not be read, asking again',
        );
        renewNow();
      });
    },
    renewNow,
  );
}

async function stopIfRequested(worker: Worker, attemptId: string): Promise<void> {
  const { attempts, renderConnection } = worker;
  const attempt = attempts.get(attemptId);
  if (attempt === null) return;
  const stop = await findStopRequest(renderConnection.urgent, attempt.job.jobId, attemptId);
  if (stop !== null) attempts.stop(attemptId, stop);
}
