import { QUEUE_CHANNEL, workerChannel } from '@renderdeck/operations';
import type { Worker } from '../worker.ts';

/**
 * Hears the wakes. A wake is a hint: a queue wake makes the claim loop look; a stop wake names an attempt, and only the stop request in the
 * database counts, so the lease loop asks for it; a cancel that is repeated also ends the grace. After a reconnect both look, whatever was missed.
 */
export async function hearWakes(worker: Worker, claim: { wake(): void }, lease: { wake(): void }): Promise<void> {
  const { listener, context, attempts, config } = worker;
  await listener.listen(QUEUE_CHANNEL, claim.wake, claim.wake);
  await listener.listen(
    workerChannel(context.workerId),
    (payload) => {
      const [attemptId = '', again] = payload.split(' ');
      if (again !== undefined) attempts.get(attemptId)?.hurry.abort();
      lease.wake();
    },
    lease.wake,
  );
  worker.log.debug({ worker: context.workerId, slots: config.slots }, 'wakes are heard');
}
