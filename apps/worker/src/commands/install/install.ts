/*
 * `worker install` lets the system of this host run the worker: a unit of systemd, an agent of
 * launchd, or a task of Windows. It prints each step before it does it. A dry run does none.
 */
import { existsSync } from 'node:fs';
import { lchown, lstat, mkdir, readdir, writeFile } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { openSystem, removeOwnFile, tryProgram } from '@renderdeck/render-host';
import { isCheckout } from '@renderdeck/settings';
import type { HostConfig } from '../../config.ts';
import { errorMessage } from '../../error-message.ts';
import { findSettingsFile } from '../../settings-file.ts';
import {
  type InstallFacts,
  type InstallStep,
  installedFile,
  planInstall,
  planUninstall,
} from './plan.ts';

type Print = (line: string) => void;
/** The user of the unit, which `worker install` makes if it is missing. */
const UNIT_USER = 'renderdeck';

/** Returns a sentence when the worker is not installed, null when it is. */
export async function install(
  config: HostConfig,
  { user, dryRun }: { readonly user?: string | undefined; readonly dryRun: boolean },
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
  const problem = await take(planInstall(platform, facts), dryRun, print);
  if (problem === null && !dryRun) print(`The worker of ${config.name} runs.`);
  return problem;
}

/** Undoes `worker install`. Returns a sentence when that fails. */
export async function uninstall(
  { name: host }: Pick<HostConfig, 'name'>,
  { dryRun }: { readonly dryRun: boolean },
  print: Print,
): Promise<string | null> {
  const { platform } = openSystem();
  const facts = { host, uid: process.getuid?.() ?? 0, home: homedir() };
  const file = installedFile(platform, facts);
  if (file !== null && !existsSync(file)) {
    print(`Nothing is installed: ${file} does not exist.`);
    return null;
  }
  return await take(planUninstall(platform, facts), dryRun, print);
}

async function findFacts(
  { name: host, scratchRoot }: HostConfig,
  settings: string,
  asked: string | undefined,
): Promise<InstallFacts> {
  const { platform } = openSystem();
  const own = userInfo().username;
  const user = platform === 'linux' ? (asked ?? UNIT_USER) : own;
  const certificate = settings.replace(/([.]env)?$/, '-database.pem');
  const [, program = ''] = process.argv;
  return {
    host,
    user,
    hasUser: platform !== 'linux' || (await tryProgram('id', ['-u', user])).ok,
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

/** Takes the steps in their order, and stops at the first one that fails. */
async function take(
  steps: readonly InstallStep[],
  dryRun: boolean,
  print: Print,
): Promise<string | null> {
  for (const step of steps) {
    const [head = '', ...text] = describe(step);
    for (const line of [dryRun ? `would ${head}` : head, ...text]) print(line);
    if (dryRun) continue;
    const problem = await takeOne(step).catch(errorMessage);
    if (problem !== null && step.may !== true) return `This step failed: ${problem}`;
  }
  return null;
}

/** The step for people: what it does, and why. */
function describe(step: InstallStep): readonly string[] {
  if ('run' in step) return [`run ${step.run.join(' ')}   (${step.why})`];
  if ('remove' in step) return [`remove ${step.remove}   (${step.why})`];
  if ('folder' in step) return [`make the folder ${step.folder}   (${step.why})`];
  if ('own' in step) return [`give ${step.own} to ${step.user}   (${step.why})`];
  const { write, why, text } = step;
  return [
    `write ${write}   (${why}):`,
    ...text
      .trimEnd()
      .split('\n')
      .map((line) => `  ${line}`),
  ];
}

async function takeOne(step: InstallStep): Promise<string | null> {
  if ('run' in step) {
    const [program, ...args] = step.run;
    const { ok, output } = await tryProgram(program, args);
    return ok ? null : output;
  }
  if ('remove' in step) await removeOwnFile(step.remove);
  else if ('folder' in step) {
    await mkdir(step.folder, { recursive: true });
    if (step.user !== undefined) return await giveFolder(step.folder, step.user);
  } else if ('own' in step) return await give(step.own, step.user);
  else {
    const { write, text, encoding = 'utf8' } = step;
    await mkdir(dirname(write), { recursive: true });
    // Windows knows UTF-16 by its mark.
    await writeFile(write, encoding === 'utf16le' ? `\ufeff${text}` : text, encoding);
  }
  return null;
}

async function give(path: string, user: string): Promise<string | null> {
  const owner = await findOwner(user);
  if (owner === null) return `this host has no user ${user}`;
  await lchown(path, owner.uid, owner.gid);
  return null;
}

/**
 * Gives a folder of root to the user, with all that is in it, because root may have prepared it. A
 * folder of another user stays as it is.
 */
async function giveFolder(folder: string, user: string): Promise<string | null> {
  const owner = await findOwner(user);
  if (owner === null) return `this host has no user ${user}`;
  const { uid } = await lstat(folder);
  if (uid === owner.uid) return null;
  if (uid !== process.getuid?.()) return `${folder} belongs to user ${uid}, and not to ${user}`;
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries)
    await lchown(join(entry.parentPath, entry.name), owner.uid, owner.gid);
  await lchown(folder, owner.uid, owner.gid);
  return null;
}

async function findOwner(user: string): Promise<{ uid: number; gid: number } | null> {
  const read = async (option: '-u' | '-g') => (await tryProgram('id', [option, user])).output;
  const [uid, gid] = [Number(await read('-u')), Number(await read('-g'))];
  return Number.isInteger(uid) && Number.isInteger(gid) ? { uid, gid } : null;
}
