import { renewEveryMs } from '@renderdeck/domain';
import { renewLeases } from '@renderdeck/operations';
import type { HostHealth } from '../host-health.ts';
import type { Worker } from '../worker.ts';
import { runPeriodically } from './run-periodically.ts';

/** Part of a lease after which a worker that cannot renew ends its own renders: before anyone else may start them. */
const GIVE_UP_AFTER = 0.7;

/**
 * Renews every lease, and learns from the answer what a lost wake would have told: which attempts are to stop, which are lost. A worker that
 * cannot renew stops claiming and ends its renders before their leases can run out.
 */
export function leaseLoop(worker: Worker, condition: HostHealth, onTakenOver: () => void) {
  const { config, attempts, context, log } = worker;
  let renewedAt = performance.now();
  let reconnectedAt = renewedAt;
  const loop = runPeriodically(
    renewEveryMs(config.leaseMs),
    async () => {
      await condition.look(worker);
      const asked = performance.now();
      const renewal = await renewLeases(context, {
        attemptIds: attempts.ids(),
        leaseMs: config.leaseMs,
        state: condition.toState(),
      });
      renewedAt = asked;
      for (const { attemptId, askedMsAgo } of renewal.stopRequested)
        attempts.get(attemptId)?.end.trigger({ kind: 'stopRequested', askedMsAgo });
      for (const id of renewal.lost) attempts.get(id)?.end.trigger({ kind: 'lost' });
      if (!renewal.ownsHost) onTakenOver();
    },
    (error) => log.error({ err: error }, 'leases were not renewed'),
  );
  const watchdog = setInterval(() => {
    if (healthy()) return;
    // A line whose far end is gone without a word is silent for a quarter of an hour before the system gives it up.
    if (performance.now() - Math.max(renewedAt, reconnectedAt) > GIVE_UP_AFTER * config.leaseMs) {
      reconnectedAt = performance.now();
      worker.store.reconnect();
    }
    for (const attempt of attempts.all()) {
      if (attempt.end.trigger({ kind: 'lost' }))
        log.error({ attempt: attempt.job.attemptId }, 'lease cannot be kept, ending the render');
    }
  }, 500);
  function healthy(): boolean {
    return performance.now() - renewedAt < GIVE_UP_AFTER * config.leaseMs;
  }
  return {
    healthy,
    wake: loop.wake,
    async stop() {
      clearInterval(watchdog);
      await loop.stop();
    },
  };
}
