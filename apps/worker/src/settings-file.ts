/*
 * The file with the settings of a worker. `worker join` writes it; every command of the worker
 * reads it first, on every system, so no unit and no task has to know what is in it.
 *
 * 1. RENDERDECK_SETTINGS_FILE names it.
 * 2. Otherwise it is `worker-NAME.env` in the folder of this user (for root on Linux:
 *    /etc/renderdeck). NAME is RENDERDECK_WORKER_NAME, or the folder has only one such file. If
 *    DATABASE_URL is set, the environment is complete, and no file is read.
 * 3. A variable of the environment counts more than a line of the file.
 * 4. Only its owner may read it (0600), because it contains a password.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, chown, mkdir, open, readFile, rename, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { type Environment, readSettings, withoutEmpty, workerSettings } from '@renderdeck/settings';
import { readEnvironment } from './config.ts';
import { errorMessage } from './error-message.ts';

const IS_FILE = /^worker-(.+)[.]env$/;
const fileSettings = workerSettings.pick({
  RENDERDECK_SETTINGS_FILE: true,
  RENDERDECK_WORKER_NAME: true,
});

/** The folder for the files of this user's workers. */
function settingsFolder(env: Environment): string {
  const home = homedir();
  if (process.platform === 'win32')
    return join(env.LOCALAPPDATA ?? join(home, 'AppData', 'Local'), 'Renderdeck');
  if (process.platform === 'darwin')
    return join(home, 'Library', 'Application Support', 'Renderdeck');
  if (process.getuid?.() === 0) return '/etc/renderdeck';
  return join(env.XDG_CONFIG_HOME ?? join(home, '.config'), 'renderdeck');
}

const fileOf = (host: string, folder: string): string => join(folder, `worker-${host}.env`);

/** Where the settings of a host are written. */
export function settingsPath(host: string, env: Environment = readEnvironment()): string {
  const named = readSettings(fileSettings, env);
  const path = named.ok ? named.values.RENDERDECK_SETTINGS_FILE : undefined;
  return path === undefined ? fileOf(host, settingsFolder(env)) : resolve(path);
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
  const folder = settingsFolder(env);
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

function listFiles(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => IS_FILE.test(name));
  } catch {
    return [];
  }
}

/** Reads the file into the environment of this process. Returns a sentence when that fails. */
export function loadSettingsFile(): string | null {
  const found = findSettingsFile();
  if ('problem' in found) return found.problem;
  const { path } = found;
  // `worker join` makes a missing file.
  if (path === null || !existsSync(path)) return null;
  try {
    const environment = readEnvironment();
    const lines = parseEnv(readFileSync(path, 'utf8'));
    // An empty variable counts as unset.
    for (const [name, value] of Object.entries(lines)) environment[name] ||= value;
    return null;
  } catch (error) {
    return `The settings in ${path} cannot be read: ${errorMessage(error)}.`;
  }
}

/**
 * Sets these lines of the file and keeps all other lines. The file is complete at any moment, and
 * keeps its owner.
 */
export async function writeSettings(
  path: string,
  values: Readonly<Record<string, string>>,
): Promise<void> {
  const before = await readFile(path, 'utf8').catch(() => '');
  const written = new Set<string>();
  const lines = before.split('\n').flatMap((line) => {
    const [, name = ''] = /^\s*(?:export\s+)?(\w+)\s*=/.exec(line) ?? [];
    const value = values[name];
    if (value === undefined) return [line];
    // The last line of a name would count.
    if (written.has(name)) return [];
    written.add(name);
    return [`${name}=${quote(value)}`];
  });
  const more = Object.entries(values).flatMap(([name, value]) =>
    written.has(name) ? [] : [`${name}=${quote(value)}`],
  );
  const kept = lines.join('\n').trim();
  await writePrivate(path, `${[...(kept === '' ? [] : [kept]), ...more].join('\n')}\n`);
}

/** Writes a file that only its owner may read. It has its old or its new content at any moment. */
export async function writePrivate(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const owner = await stat(path).catch(() => null);
  const aside = `${path}.new`;
  const file = await open(aside, 'w', 0o600);
  try {
    // A file that was left here may have other rights.
    await chmod(aside, 0o600);
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  if (owner !== null && process.getuid?.() === 0) await chown(aside, owner.uid, owner.gid);
  await rename(aside, path);
}

/** A value as Node reads it from such a file. */
function quote(value: string): string {
  if (!/["'`#\s]|\\n/.test(value)) return value;
  const mark = ["'", '"', '`'].find((one) => !value.includes(one));
  if (mark === undefined || /[\r\n]/.test(value))
    throw new Error('a value has all kinds of quotes, or a line break');
  return `${mark}${value}${mark}`;
}
