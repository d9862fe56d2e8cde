/*
 * `worker install` prepares this host (prepare.ts) and lets its system run the worker: a unit of
 * systemd, an agent of launchd, or a task of Windows. It prints each step before it takes it. A dry
 * run takes none. A worker that runs already is ended in order and started again, so it gets the
 * new settings and the new program. What only a person can do does not hold it up: the worker
 * starts, and the page says what is left.
 */
import { existsSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { dirname, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openSystem } from '@renderdeck/render-host';
import { explainFacts, findUserIds, takeSteps } from '@renderdeck/render-host/install';
import { isCheckout } from '@renderdeck/settings';
import type { HostConfig, WorkerConfig } from '../../config.ts';
import { certificatePath, findSettingsFile } from '../../settings-file.ts';
import { prepare } from '../prepare/prepare.ts';
import { isRunning, stopIfRunning } from '../stop-daemon.ts';
import {
  explainName,
  type InstallFacts,
  installedFile,
  planInstall,
  planUninstall,
} from './plan.ts';

type Print = (line: string) => void;
type Options = {
  readonly user?: string | undefined;
  readonly dryRun: boolean;
  /** Whether the host is prepared first. */
  readonly prepare: boolean;
  /** Whether the renders of a worker that runs are ended. Otherwise they finish first. */
  readonly now: boolean;
};

/** The user of the unit, which `worker install` makes if it is missing. */
const UNIT_USER = 'renderdeck';

const RUNS_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 500;

/**
 * Returns a sentence when the worker is not installed, null when it is. `database`: as in prepare.
 */
export async function install(
  config: HostConfig,
  database: WorkerConfig | string,
  { user, dryRun, prepare: prepares, now }: Options,
  print: Print,
): Promise<string | null> {
  const { platform } = openSystem();
  const found = findSettingsFile();
  if ('problem' in found) return found.problem;
  if (found.path === null || !existsSync(found.path))
    return 'This host has no file of settings: run worker join first.';
  if (platform !== 'linux' && user !== undefined)
    return '--user is for Linux. Run this command as the user who renders.';
  if (platform === 'linux' && process.getuid?.() !== 0 && !dryRun)
    return 'Only root may install a unit of systemd: run this command as root.';
  const facts = await findFacts(config, found.path, platform === 'linux' ? user : undefined);
  const wrong = explainName(platform, config.name) ?? explainFacts(facts);
  if (wrong !== null) return wrong;
  const how = { isDryRun: dryRun, isRenderOnly: false };
  const left = prepares ? await prepare(config, database, how, print) : null;
  const steps = planInstall(platform, facts, {
    ends: {
      does: `end a worker that runs already, ${now ? 'and' : 'after'} its renders`,
      why: 'it has the earlier settings',
      act: () => stopIfRunning(config, { drain: !now }, print),
    },
    waits: {
      does: 'wait for the worker',
      why: 'it runs',
      act: () => untilRunning(config.scratchRoot),
    },
  });
  const problem = await takeSteps(steps, { dryRun }, print);
  if (problem !== null) return problem;
  if (!dryRun) print(`The worker of ${config.name} runs.`);
  if (left !== null) print(`Something is left for a person, as listed above. ${left}`);
  return null;
}

/** Waits until a worker runs on this scratch root. Returns a sentence if none does. */
async function untilRunning(scratchRoot: string): Promise<string | null> {
  const until = performance.now() + RUNS_WITHIN_MS;
  while (!(await isRunning(scratchRoot))) {
    if (performance.now() > until)
      return (
        `it does not run after ${RUNS_WITHIN_MS / 1000} s. Its system starts it again and again; ` +
        'its log says why it ends.'
      );
    await delay(LOOK_EVERY_MS);
  }
  return null;
}

/** Undoes `worker install`. Returns a sentence when that fails. */
export async function uninstall(
  { name: host }: Pick<HostConfig, 'name'>,
  { dryRun }: { readonly dryRun: boolean },
  print: Print,
): Promise<string | null> {
  const { platform } = openSystem();
  const wrong = explainName(platform, host);
  if (wrong !== null) return wrong;
  const facts = { host, uid: process.getuid?.() ?? 0, home: homedir() };
  const file = installedFile(platform, facts);
  if (file !== null && !existsSync(file)) {
    print(`Nothing is installed: ${file} does not exist.`);
    return null;
  }
  return await takeSteps(planUninstall(platform, facts), { dryRun }, print);
}

async function findFacts(
  { name: host, scratchRoot }: HostConfig,
  settings: string,
  asked: string | undefined,
): Promise<InstallFacts> {
  const { platform } = openSystem();
  const own = userInfo().username;
  const user = platform === 'linux' ? (asked ?? UNIT_USER) : own;
  const certificate = certificatePath(settings);
  const [, program = ''] = process.argv;
  return {
    host,
    user,
    hasUser: platform !== 'linux' || (await findUserIds(user)) !== null,
    uid: process.getuid?.() ?? 0,
    home: homedir(),
    command: [process.execPath, ...process.execArgv, resolve(program)],
    // A checkout finds its tools in its own folder.
    folder: isCheckout ? process.cwd() : platform === 'linux' ? '/' : dirname(settings),
    settings,
    certificate: existsSync(certificate) ? certificate : null,
    scratchRoot,
  };
}
