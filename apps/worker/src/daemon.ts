import { registerHost, signOffHost } from '@renderdeck/operations';
import { describeRenderer, detectContainer } from '@renderdeck/render-host';
import { claimLoop } from './loops/claim-loop.ts';
import { leaseLoop } from './loops/lease-loop.ts';
import { everyTurn } from './loops/loop.ts';
import { recoverOrphans } from './loops/orphan-loop.ts';
import { recoveryLoop } from './loops/recovery-loop.ts';
import { reportLoop } from './loops/report-loop.ts';
import { sweepLoop } from './loops/sweep-loop.ts';
import { hearWakes } from './loops/wake-loop.ts';
import type { Worker } from './worker.ts';

const ORPHANS_EVERY_MS = 60_000;
const VERSION = '0.1.0';

export type Daemon = {
  /** Stops claiming and gives every job back, its processes proven gone and its files removed; then says goodbye. */
  shutDown(): Promise<void>;
};

/** The daemon: its loops in the order in which they start. Nothing is claimed before what an earlier daemon left is ended. */
export async function startDaemon(worker: Worker, onTakenOver: () => void): Promise<Daemon> {
  const { config, context, log, attempts } = worker;
  const [renderer, container] = await Promise.all([describeRenderer(config.aerender), detectContainer()]);
  if (renderer.trouble !== null) log.error({ trouble: renderer.trouble }, 'nothing can render here');
  await registerHost(context, {
    pid: process.pid,
    slots: config.slots,
    version: VERSION,
    platform: `${process.platform} ${process.arch}`,
    renderer: renderer.name,
    standIn: renderer.standIn,
    container: container.kind,
    leaseMs: config.leaseMs,
  });
  log.info({ worker: context.workerId, host: context.host, renderer: renderer.name, container: container.kind }, 'worker started');

  const state = { draining: false };
  const lease = leaseLoop(worker, state, onTakenOver);
  await recoverOrphans(worker);
  const claim = claimLoop(worker, () => !state.draining && lease.healthy());
  await hearWakes(worker, claim, lease);
  const others = [
    reportLoop(worker),
    recoveryLoop(worker),
    sweepLoop(worker),
    everyTurn(
      ORPHANS_EVERY_MS,
      async () => void (await recoverOrphans(worker)),
      (error) => log.error({ err: error }, 'orphans were not looked for'),
    ),
  ];

  return {
    async shutDown() {
      state.draining = true;
      lease.wake();
      await claim.stop();
      for (const attempt of attempts.all()) attempt.why.give({ kind: 'shutDown' });
      // The lease loop goes on meanwhile: a cancel that comes while draining still reaches its attempt.
      await attempts.whenEmpty();
      await Promise.all([lease, ...others].map((loop) => loop.stop()));
      await signOffHost(context);
    },
  };
}
