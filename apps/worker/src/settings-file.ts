/*
 * The file with the settings of a worker. `worker join` writes it; every command of the worker
 * reads it first, on every system, so no unit and no task has to know what is in it.
 *
 * 1. RENDERDECK_SETTINGS_FILE names it.
 * 2. Otherwise it is `worker-NAME.env` in the folder of this user (for root on Linux:
 *    /etc/renderdeck). NAME is RENDERDECK_WORKER_NAME, or the folder has only one such file. A user
 *    of Linux without such a file has those of /etc/renderdeck that belong to this user, which
 *    `worker install` gives to the user of the unit. If DATABASE_URL is set, the environment is
 *    complete, and no file is read.
 * 3. A variable of the environment counts more than a line of the file.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  type Environment,
  MACHINE_FOLDER,
  readSettings,
  readSettingsFile,
  settingsFolder,
  withoutEmpty,
  workerSettings,
} from '@renderdeck/settings';
import { readEnvironment } from './config.ts';
import { errorMessage } from './error-message.ts';

const IS_FILE = /^worker-(.+)[.]env$/;
const fileSettings = workerSettings.pick({
  RENDERDECK_SETTINGS_FILE: true,
  RENDERDECK_WORKER_NAME: true,
});

const fileOf = (host: string, folder: string): string => join(folder, `worker-${host}.env`);

/** Where the settings of a host are written. */
export function settingsPath(host: string, env: Environment = readEnvironment()): string {
  const named = readSettings(fileSettings, env);
  const path = named.ok ? named.values.RENDERDECK_SETTINGS_FILE : undefined;
  return path === undefined ? fileOf(host, settingsFolder(env)) : resolve(path);
}

/** Where `worker join` writes the root certificate of the database, beside the settings. */
export function certificatePath(settings: string): string {
  return settings.replace(/([.]env)?$/, '-database.pem');
}

/** The file that these variables mean; null if there is none. */
export function findSettingsFile(
  env: Environment = readEnvironment(),
): { readonly path: string | null } | { readonly problem: string } {
  const read = readSettings(fileSettings, env);
  if (!read.ok) return { problem: read.sentences.join(' ') };
  const { RENDERDECK_SETTINGS_FILE: named, RENDERDECK_WORKER_NAME: host } = read.values;
  if (named !== undefined) return { path: resolve(named) };
  if (withoutEmpty(env).DATABASE_URL !== undefined) return { path: null };
  const folder = findFolder(env);
  if (host !== undefined) {
    const path = fileOf(host, folder);
    return { path: existsSync(path) ? path : null };
  }
  const files = listFiles(folder);
  const [only, ...more] = files;
  if (only === undefined) return { path: null };
  if (more.length === 0) return { path: join(folder, only) };
  const hosts = files.map((name) => IS_FILE.exec(name)?.[1]).join(', ');
  return {
    problem:
      `Several workers are set up in ${folder}: ${hosts}. ` +
      'Name one: RENDERDECK_WORKER_NAME=NAME.',
  };
}

/** The folder of this user, or that of the machine if only it has files for this user. */
function findFolder(env: Environment): string {
  const own = settingsFolder(env);
  const isElsewhere = process.platform !== 'linux' || listFiles(own).length > 0;
  return isElsewhere || listFiles(MACHINE_FOLDER).length === 0 ? own : MACHINE_FOLDER;
}

/** The files of a folder; of the folder of the machine only those that this user has. */
function listFiles(folder: string): string[] {
  const isMine = (name: string) =>
    folder !== MACHINE_FOLDER ||
    process.getuid?.() === 0 ||
    statSync(join(folder, name)).uid === process.getuid?.();
  try {
    return readdirSync(folder).filter((name) => IS_FILE.test(name) && isMine(name));
  } catch {
    return [];
  }
}

/** Reads the file into the environment of this process. Returns a sentence when that fails. */
export function loadSettingsFile(environment = readEnvironment()): string | null {
  const found = findSettingsFile(environment);
  if ('problem' in found) return found.problem;
  const { path } = found;
  // `worker join` makes a missing file.
  if (path === null || !existsSync(path)) return null;
  try {
    // An empty variable counts as unset.
    for (const [name, value] of Object.entries(readSettingsFile(path))) environment[name] ||= value;
    // From now on DATABASE_URL is set, so only its name leads to this file.
    environment.RENDERDECK_SETTINGS_FILE = path;
    return null;
  } catch (error) {
    return `The settings in ${path} cannot be read: ${errorMessage(error)}.`;
  }
}
