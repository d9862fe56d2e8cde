import { registerHost, signOffHost } from '@renderdeck/operations';
import {
  describeRenderer,
  detectContainer,
  isSameProcess,
  readIdentity,
  sweepContainers,
} from '@renderdeck/render-host';
import { HostHealth } from './host-health.ts';
import { claimLoop } from './loops/claim-loop.ts';
import { leaseLoop } from './loops/lease-loop.ts';
import { listenForNotifications } from './loops/notification-loop.ts';
import { recoverOrphans } from './loops/orphan-loop.ts';
import { recoveryLoop } from './loops/recovery-loop.ts';
import { reportLoop } from './loops/report-loop.ts';
import { runPeriodically } from './loops/run-periodically.ts';
import { sweepLoop } from './loops/sweep-loop.ts';
import { usageLoop } from './loops/usage-loop.ts';
import type { Worker } from './worker.ts';

const ORPHANS_EVERY_MS = 60_000;
const VERSION = '0.1.0';

export type Daemon = {
  /**
   * Stops claiming and gives every job back, its processes proven gone and its files removed; then says goodbye. Renders have their grace, until `skipGrace`
   * or the drain limit ends it; a database that is away is not waited for longer either.
   */
  shutDown(skipGrace: AbortSignal): Promise<void>;
};

/**
 * The daemon: its loops in the order in which they start. Nothing is claimed before what an earlier daemon left is ended. Gives a sentence instead
 * where another living daemon has this name.
 */
export async function startDaemon(
  worker: Worker,
  onTakenOver: () => void,
): Promise<Daemon | { readonly refused: string }> {
  const { config, context, log, attempts } = worker;
  const [renderer, container, self] = await Promise.all([
    describeRenderer(config.aerender),
    detectContainer(),
    readIdentity(process.pid),
  ]);
  if (self === null) throw new Error('this process does not find itself');
  const facts = {
    ...self,
    slots: config.slots,
    version: VERSION,
    platform: `${process.platform} ${process.arch}`,
    renderer: renderer.name,
    standIn: renderer.standIn,
    container: container.kind,
    leaseMs: config.leaseMs,
  };
  // On this boot of this machine the process itself tells; of another machine only its voice is known.
  const registered = await registerHost(context, {
    facts,
    isAlive: (other) =>
      other.bootId === self.bootId ? isSameProcess(other) : Promise.resolve(other.heard),
  });
  if (!registered.ok) {
    const { rejection } = registered;
    if (rejection.code !== 'nameHeld') throw new Error(`host not registered: ${rejection.code}`);
    const { pid, lastHeardAt } = rejection.heldBy;
    return {
      refused: `A worker named ${config.name} runs already (process ${pid}, last heard ${lastHeardAt.toISOString()}); stop it, or set RENDERDECK_WORKER_NAME to a name of its own.`,
    };
  }
  log.info(
    {
      worker: context.workerId,
      host: context.host,
      renderer: renderer.name,
      container: container.kind,
    },
    'worker started',
  );

  const condition = new HostHealth(renderer.problem);
  if (renderer.problem !== null)
    log.error({ problem: renderer.problem }, 'nothing can render here');
  await condition.look(worker);
  const lease = leaseLoop(worker, condition, onTakenOver);
  const lookForOrphans = async () => {
    condition.stuckOrphans = await recoverOrphans(worker);
    await condition.lookForUnclaimed(worker);
  };
  await lookForOrphans();
  const swept = await sweepContainers();
  if (swept.length > 0)
    log.info({ containers: swept }, 'empty containers of an earlier worker were removed');
  const sweep = sweepLoop(worker, condition);
  // Looked at before every claim: a host that can make no folder, or has lost its aerender, would fail the whole queue, job after job.
  const mayClaim = async () => {
    await condition.look(worker);
    return !condition.draining && condition.problem === null && lease.healthy();
  };
  const claim = claimLoop(worker, mayClaim, sweep.wake);
  await listenForNotifications(worker, claim, lease);
  const others = [
    reportLoop(worker),
    usageLoop(worker),
    recoveryLoop(worker),
    sweep,
    runPeriodically(ORPHANS_EVERY_MS, lookForOrphans, (error) =>
      log.error({ err: error }, 'orphans were not looked for'),
    ),
  ];

  return {
    async shutDown(skipGrace) {
      condition.draining = true;
      const endGraces = () => {
        worker.leaving.abort();
        for (const attempt of attempts.all()) attempt.skipGrace.abort();
      };
      const limit = setTimeout(endGraces, config.drainLimitMs);
      skipGrace.addEventListener('abort', endGraces);
      lease.wake();
      await claim.stop();
      for (const attempt of attempts.all()) attempt.end.trigger({ kind: 'shutDown' });
      if (skipGrace.aborted) endGraces();
      // The lease loop goes on meanwhile: a cancel that comes while draining still reaches its attempt.
      await attempts.whenEmpty();
      clearTimeout(limit);
      await Promise.all([lease, ...others].map((loop) => loop.stop()));
      await signOffHost(context).catch((error: unknown) =>
        log.warn({ err: error }, 'the end of this worker is not on record'),
      );
    },
  };
}
