import { VERSION } from '@renderdeck/domain';
import { recordRenderer, registerHost } from '@renderdeck/operations';
import {
  describeRenderer,
  detectContainer,
  isSameProcess,
  type Renderer,
  readIdentity,
  readMachineSize,
  readUptime,
  readWindowsSession,
  unusedNexrenderVariables,
} from '@renderdeck/render-host';
import type { runAttempt } from '../attempt/run-attempt.ts';
import { HostHealth } from '../host/host-health.ts';
import { readHostReports } from '../host/host-reports.ts';
import { answerCheck } from '../host/open-host-checker.ts';
import { readCredentials } from '../host/read-credentials.ts';
import { claimLoop } from '../loops/claim-loop.ts';
import { diskLoop } from '../loops/disk-loop.ts';
import { healthLoop } from '../loops/health-loop.ts';
import { journalLoop } from '../loops/journal-loop.ts';
import { leaseLoop } from '../loops/lease-loop.ts';
import { listenForNotifications } from '../loops/notification-loop.ts';
import { recoverOrphans } from '../loops/orphan-loop.ts';
import { pictureLoop } from '../loops/picture-loop.ts';
import { idleHostsLoop } from '../loops/queue-wakes.ts';
import { recoveryLoop } from '../loops/recovery-loop.ts';
import { reportLoop } from '../loops/report-loop.ts';
import { requestLoop } from '../loops/request-loop.ts';
import { runPeriodically } from '../loops/run-periodically.ts';
import { sweepLoop } from '../loops/sweep-loop.ts';
import { usageLoop } from '../loops/usage-loop.ts';
import { retryStart } from '../retry-until-deadline.ts';
import type { Worker } from '../worker.ts';
import { endEarlier } from './end-earlier.ts';
import type { EndRequest } from './end-request.ts';
import { type PlannedEnds, planEnds } from './planned-ends.ts';
import { type HowToEnd, shutDown } from './shut-down.ts';

export const ORPHANS_EVERY_MS = 60_000;

export type Daemon = {
  /** Shuts the daemon down in order (shut-down.ts). Returns how many jobs it gave back. */
  shutDown(end: HowToEnd): Promise<number>;
};

/**
 * Starts the daemon. Returns a sentence when this host may not use its name. While a condition of
 * the database makes a step fail, the step is tried again. Throws when that lasts until the request
 * to end.
 */
export async function startDaemon(
  worker: Worker,
  end: EndRequest,
): Promise<Daemon | { readonly refused: string }> {
  const { config, context, log } = worker;
  let renderer = await describeRenderer(config.aerender, worker.renderUser);
  const container = (await detectContainer()).kind;
  const refused = await retryStart('registration', worker, end.stop, () =>
    register(worker, renderer, container),
  );
  if (refused !== null) return { refused };
  const { workerId, host, identity } = context;
  log.info(
    { worker: workerId, host, identity, renderer: renderer.name, container },
    'worker started',
  );

  if (readWindowsSession() === 0)
    log.warn('this worker runs in session 0 as a service does: After Effects needs a user session');
  const unused = unusedNexrenderVariables();
  if (unused.length > 0)
    log.warn({ variables: unused }, 'these variables have no effect: docs/migrating.md has ours');
  const logins = await readCredentials(config.credentialsFile);
  if (!logins.ok) log.error({ problem: logins.sentence }, 'every job is given back');
  // Files that do not answer now may answer later.
  const permanent = renderer.isSilent ? null : renderer.problem;
  const health = new HostHealth(permanent, worker.hostChecker);
  if (renderer.problem !== null)
    log.error({ problem: renderer.problem }, 'nothing can render here');
  await health.check(worker);
  const registerAgain = async () => {
    if (renderer.isSilent) renderer = await describeRenderer(config.aerender, worker.renderUser);
    const why = await register(worker, renderer, container);
    if (why !== null) return end.ask('stop', why);
    log.warn('the database did not know this worker, registered again');
  };
  const recordWhenItAnswers = async () => {
    if (!renderer.isSilent || health.problem !== null) return;
    const found = await describeRenderer(config.aerender, worker.renderUser);
    const told = { renderer: found.name, standIn: found.standIn };
    if (found.isSilent || !(await recordRenderer(context, told)).saved) return;
    // Set only now: when the save above fails, the next check tries again.
    renderer = found;
    log.warn({ renderer: found.name }, 'the files of the renderer answer now');
  };
  return await startLoops(worker, health, end.stop, {
    // Another host has the name, or a promotion of the database lost this host.
    onNotOwned: registerAgain,
    afterCheck: recordWhenItAnswers,
    planned: planEnds(config, end),
  });
}

/** Registers this daemon. Returns a sentence when this host may not use its name. */
async function register(
  { config, context, log, renderUser }: Worker,
  renderer: Renderer,
  container: string,
): Promise<string | null> {
  const self = await readIdentity(process.pid);
  const session = readWindowsSession();
  if (self === null) throw new Error('this process does not find itself');
  const registered = await registerHost(context, {
    facts: {
      ...self,
      slots: config.slots,
      tags: [...config.tags],
      version: VERSION,
      platform: `${process.platform} ${process.arch}`,
      renderer: renderer.name,
      standIn: renderer.standIn,
      container,
      session,
      renderUser: renderUser?.name ?? null,
      ...readMachineSize(),
      leaseMs: config.leaseMs,
      ...(await readHostReports(config.scratchRoot)),
    },
    uptimeMs: readUptime(),
    isRunning: isSameProcess,
  });
  if (registered.ok) {
    const { relation } = registered;
    if (relation !== null && relation !== 'same')
      log.warn({ relation }, 'the name was last used by another boot, container or host');
    return null;
  }
  const { rejection } = registered;
  if (rejection.code !== 'nameHeld' && rejection.code !== 'notOfLogin')
    throw new Error(`host not registered: ${rejection.code}`);
  return rejection.sentence;
}

type Hooks = Record<'onNotOwned' | 'afterCheck', () => Promise<void>> & {
  readonly planned?: PlannedEnds | undefined;
};

/** Starts the loops in order: this host has its lease first. */
async function startLoops(
  worker: Worker,
  health: HostHealth,
  end: AbortSignal,
  { onNotOwned, ...hooks }: Hooks,
): Promise<Daemon> {
  const lease = leaseLoop(worker, health, onNotOwned);
  const endOrphans = async () => {
    health.stuckOrphans = await recoverOrphans(worker);
    await health.findUnclaimedProcesses(worker);
  };
  try {
    await endEarlier(worker, end, endOrphans);
    return await startClaiming(worker, health, end, { lease, endOrphans, ...hooks });
  } catch (error) {
    await lease.stop();
    throw error;
  }
}

type Started = Omit<Hooks, 'onNotOwned'> & {
  readonly lease: ReturnType<typeof leaseLoop>;
  endOrphans(): Promise<void>;
  /** Default: run-attempt.ts. */
  readonly runOne?: typeof runAttempt;
};

/**
 * Starts the other loops. No job is claimed before notifications arrive: a stop request for it
 * would be late.
 */
export async function startClaiming(
  worker: Worker,
  health: HostHealth,
  end: AbortSignal,
  { lease, endOrphans, afterCheck, planned, runOne }: Started,
): Promise<Daemon> {
  const { log, hostChecker } = worker;
  // Checked before every claim: without disk space or aerender, a host would fail every job.
  const check = () => health.check(worker);
  const claiming = {
    check,
    mayClaim: () => health.takesJobs && lease.healthy(),
  };
  let claim: ReturnType<typeof claimLoop> | null = null;
  await listenForNotifications(worker, end, {
    hearOfQueue: (payload) => claim?.wakes.hear(payload),
    claimNow: () => claim?.runNow(),
    renewNow: lease.runNow,
  });
  const sweep = sweepLoop(worker, health);
  health.onDiskLow = sweep.runNow;
  const journal = journalLoop(worker, health, {
    onOtherDatabase: sweep.runNow,
    onSent: () => claim?.runNow(),
  });
  const hooks = { onLeftovers: sweep.runNow, onOtherDatabase: journal.runNow, planned };
  claim = claimLoop(worker, claiming, hooks, runOne);
  lease.onResumed(claim.runNow);
  const { wakes } = claim;
  hostChecker.onChange = () => {
    lease.runNow();
    claim?.runNow();
  };
  hostChecker.start();
  const orphans = runPeriodically(ORPHANS_EVERY_MS, endOrphans, (error) =>
    log.error({ err: error }, 'the search for orphans failed'),
  );
  const polling = requestLoop(worker, {
    claimNow: claim.runNow,
    answerCheck: () => void answerCheck(worker),
  });
  const looks = { check, problem: () => health.problem };
  const others = [
    journal,
    ...(polling === null ? [] : [polling]),
    reportLoop(worker),
    usageLoop(worker),
    pictureLoop(worker),
    diskLoop(worker, health),
    healthLoop(worker, looks, { onChange: () => lease.runNow(), afterCheck }),
    idleHostsLoop(worker, wakes),
    recoveryLoop(worker, lease.watches),
    sweep,
    orphans,
  ];
  const loops = { health, claim, lease, others };
  return { shutDown: (how) => shutDown(worker, loops, how) };
}
