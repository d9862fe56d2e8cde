import { renewEveryMs } from '@renderdeck/domain';
import { renewLeases } from '@renderdeck/operations';
import type { HostHealth } from '../host-health.ts';
import type { Worker } from '../worker.ts';
import { runPeriodically } from './run-periodically.ts';

/** A worker that cannot renew ends its renders after this part of a lease. */
const GIVE_UP_AFTER = 0.7;

/**
 * Renews every lease. The result says which attempts must stop and which are lost, so a stop
 * request arrives without its notification. A worker that cannot renew stops claiming and ends its
 * renders.
 */
export function leaseLoop(worker: Worker, health: HostHealth, onTakenOver: () => void) {
  const { config, attempts, context, log } = worker;
  let renewedAt = performance.now();
  let reconnectedAt = renewedAt;
  const loop = runPeriodically(
    renewEveryMs(config.leaseMs),
    async () => {
      await health.check(worker);
      const sentAt = performance.now();
      const renewal = await renewLeases(context, {
        attemptIds: attempts.ids(),
        leaseMs: config.leaseMs,
        state: health.toState(),
      });
      renewedAt = sentAt;
      for (const { attemptId, askedMsAgo } of renewal.stopRequested)
        attempts.get(attemptId)?.end.trigger({ kind: 'stopRequested', askedMsAgo });
      for (const id of renewal.lost) attempts.get(id)?.end.trigger({ kind: 'lost' });
      if (!renewal.ownsHost) onTakenOver();
    },
    (error) => log.error({ err: error }, 'leases were not renewed'),
  );
  const watchdog = setInterval(() => {
    if (healthy()) return;
    // TCP alone takes about 15 minutes to notice that the other end of a connection is gone.
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
    runNow: loop.runNow,
    async stop() {
      clearInterval(watchdog);
      await loop.stop();
    },
  };
}
