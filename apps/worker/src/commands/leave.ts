/*
 * `worker leave` undoes `worker join`:
 *
 * 1. It lets the renders of the worker finish (or ends them: `--now`), and goes on only if the
 *    worker has ended in order. So no attempt of this host stays open because of it.
 * 2. It ends the login with that login itself (leave_farm), which writes the audit line. A login
 *    that hosts share stays. While the end of an attempt is not proven, it stops here.
 * 3. It removes the unit, task or agent that `worker install` made.
 * 4. It removes the settings and the certificate beside them, and names the scratch root, which may
 *    hold files of a person.
 *
 * After a failure the same command goes on. With `--forget` it leaves out step 2: for a login that
 * has ended already, or that an admin ends (ctl hosts revoke).
 */
import { existsSync } from 'node:fs';
import { findHost, findHostLogin, leaveFarm } from '@renderdeck/operations';
import { removeOwnFile } from '@renderdeck/render-host';
import type { WorkerConfig } from '../config.ts';
import { errorMessage } from '../error-message.ts';
import { openStore } from '../open-store.ts';
import { certificatePath, findSettingsFile } from '../settings-file.ts';
import { uninstall } from './install/install.ts';
import { stopIfRunning } from './stop-daemon.ts';

type Options = { readonly now: boolean; readonly forget: boolean; readonly dryRun: boolean };
type Print = (line: string) => void;

/** Returns a sentence when this host has not left, null when it has. */
export async function leave(
  config: WorkerConfig,
  options: Options,
  print: Print,
): Promise<string | null> {
  const { now, forget, dryRun } = options;
  const found = findSettingsFile();
  const path = 'path' in found ? found.path : null;
  if (!dryRun) {
    const notEnded = await stopIfRunning(config, { drain: !now }, print);
    if (notEnded !== null) return notEnded;
  }
  const notRevoked = forget ? null : await endLogin(config, options, print);
  if (notRevoked !== null) return notRevoked;
  const notRemoved = await uninstall(config, { dryRun }, print);
  if (notRemoved !== null) return notRemoved;
  for (const file of path === null ? [] : [path, certificatePath(path)].filter(existsSync)) {
    if (!dryRun) await removeOwnFile(file);
    print(dryRun ? `would remove ${file}` : `removed ${file}`);
  }
  print(`${config.scratchRoot} stays. Remove it by hand, if nothing in it is needed.`);
  return null;
}

async function endLogin(
  config: WorkerConfig,
  { now, dryRun }: Options,
  print: Print,
): Promise<string | null> {
  const opened = await openStore(config);
  if ('problem' in opened)
    return (
      `The login was not ended: ${opened.problem} Run this command again; or add --forget, and ` +
      `let an admin end the login: ctl hosts revoke ${config.name}`
    );
  const { db, close } = opened.store;
  try {
    const { login, isOwn } = await findHostLogin(db);
    if (!isOwn) {
      print(`The login ${login} is shared by hosts, so it stays.`);
      return null;
    }
    const open = now ? 0 : ((await findHost(db, config.name))?.openAttempts ?? 0);
    if (open > 0)
      return (
        `The end of ${open} attempts of this host is not proven. Start the worker once, which ` +
        'proves it, and leave then. With --now they stay open until the host is declared gone.'
      );
    if (!dryRun) await leaveFarm(db, login);
    print(dryRun ? `would end the login ${login}` : `The login ${login} has ended.`);
    return null;
  } catch (error) {
    return `The login has not ended: ${errorMessage(error)}.`;
  } finally {
    await close();
  }
}
