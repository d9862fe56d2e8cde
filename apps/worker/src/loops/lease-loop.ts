import { explainDrain, renewEveryMs } from '@renderdeck/domain';
import { type Renewal, renewLeases, type WorkerContext } from '@renderdeck/operations';
import { nowMs } from '@renderdeck/render-host';
import type { HostHealth } from '../host/host-health.ts';
import { answerCheck } from '../host/open-host-checker.ts';
import type { Worker } from '../worker.ts';
import { runPeriodically } from './run-periodically.ts';

/** After this share of a lease without an answer, a worker claims nothing. */
const UNHEALTHY_AFTER = 0.7;

/**
 * Renews every lease. The result says which attempts must stop and which are lost, so a stop
 * request arrives even without its notification. While the database does not answer, the worker
 * claims nothing and keeps its renders, because none of them can publish. After the outage limit it
 * ends them. The first answer says which attempts still belong to it. This loop waits for no file:
 * the health loop checks the host, and this loop sends the latest result.
 */
export function leaseLoop(worker: Worker, health: HostHealth, onNotOwned: () => Promise<void>) {
  const { config, attempts, log } = worker;
  // The lease counts the time asleep, the outage limit only the time awake: after a long sleep, the
  // database first says which jobs still belong to this worker.
  const started = { awakeAt: performance.now(), at: nowMs() };
  let renewed = started;
  let watches = false;
  let onResumed = () => {};
  const registering = runBesideRenewals(onNotOwned, log);
  const loop = runPeriodically(
    () => renewEveryMs(config.leaseMs, worker.farm.hosts),
    async () => {
      const sent = { awakeAt: performance.now(), at: nowMs() };
      const attemptIds = attempts.ids();
      const renewal = await renewLeases(contextOf(worker, attemptIds), {
        attemptIds,
        leaseMs: config.leaseMs,
        state: health.toState(),
      });
      renewed = sent;
      worker.outage.over(log);
      worker.farm.hosts = renewal.hosts;
      if (renewal.watchesLeases !== watches) log.debug({ watches: !watches }, 'leases of all');
      watches = renewal.watchesLeases;
      for (const { attemptId, ...stop } of renewal.stopRequested) attempts.stop(attemptId, stop);
      for (const id of renewal.lost) attempts.get(id)?.end.trigger({ kind: 'lost' });
      if (renewal.isCheckAsked) void answerCheck(worker);
      if (renewal.ownsHost && noteDrain(health, renewal.drain, log) === 'resumed') onResumed();
      if (!renewal.ownsHost) registering.start();
    },
    (error) => log.error({ err: error }, 'leases were not renewed'),
  );
  const healthy = () => nowMs() - renewed.at < UNHEALTHY_AFTER * config.leaseMs;
  const watchdog = setInterval(() => {
    if (healthy()) return;
    if (performance.now() - renewed.awakeAt < config.outageLimitMs) return;
    for (const attempt of attempts.all()) {
      if (attempt.end.trigger({ kind: 'lost' }))
        log.error(
          { attempt: attempt.job.attemptId, outageLimitMs: config.outageLimitMs },
          'the database was away longer than the outage limit, ending the render',
        );
    }
  }, 500);
  return {
    healthy,
    /** This worker watches the leases of all hosts, by the latest renewal. */
    watches: () => watches,
    runNow: loop.runNow,
    /** `call` runs when an admin lets this host take jobs again. */
    onResumed(call: () => void) {
      onResumed = call;
    },
    async stop() {
      clearInterval(watchdog);
      await loop.stop();
      await registering.ended();
    },
  };
}

/** Keeps whether an admin drained this host, and tells the log when that changes. */
function noteDrain(
  health: HostHealth,
  drain: Renewal['drain'],
  log: Worker['log'],
): 'resumed' | null {
  const isDrained = drain !== null;
  if (isDrained === health.isDrained) return null;
  health.isDrained = isDrained;
  if (drain !== null) {
    log.warn({ by: drain.by }, `this host is drained: ${explainDrain(drain)}`);
    return null;
  }
  log.info('this host takes jobs again');
  return 'resumed';
}

/** The third connection is for renders only (open-store.ts). */
function contextOf(
  { context, renderConnection }: Worker,
  attemptIds: readonly string[],
): WorkerContext {
  if (attemptIds.length > 0) return { ...context, db: renderConnection.urgent };
  renderConnection.rest();
  return context;
}

/** A registration reads files of this host, so no renewal waits for it. Only one runs at a time. */
function runBesideRenewals(register: () => Promise<void>, log: Worker['log']) {
  let running: Promise<void> | null = null;
  return {
    start() {
      running ??= register()
        .catch((error: unknown) =>
          log.error({ err: error }, 'this worker was not registered again'),
        )
        .finally(() => {
          running = null;
        });
    },
    ended: async () => await running,
  };
}
