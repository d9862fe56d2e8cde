/*
 * Files of settings: one NAME=VALUE on a line, as Node and systemd read them. The commands that set
 * a program up write them, so that nobody has to.
 *
 * - worker-NAME.env: of a worker (`worker join`).
 * - owner.env: the login of the owner of the tables, for `migrate` and `ctl admin`.
 * - api.env: of the API, with its login (`ctl database create`, then `api install`).
 *
 * Only the owner of a file may read it (0600), because it contains a password.
 */
import { readFileSync } from 'node:fs';
import { chmod, chown, mkdir, open, readFile, rename, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseEnv } from 'node:util';
import { type Environment, withoutEmpty } from './read-settings.ts';

/** The folder for root's files of settings on Linux. */
export const MACHINE_FOLDER = '/etc/renderdeck';

/** The folder for this user's files of settings. */
export function settingsFolder(env: Environment): string {
  const home = homedir();
  if (process.platform === 'win32')
    return join(env.LOCALAPPDATA ?? join(home, 'AppData', 'Local'), 'Renderdeck');
  if (process.platform === 'darwin')
    return join(home, 'Library', 'Application Support', 'Renderdeck');
  if (process.getuid?.() === 0) return MACHINE_FOLDER;
  return join(env.XDG_CONFIG_HOME ?? join(home, '.config'), 'renderdeck');
}

export const ownerFile = (env: Environment): string => join(settingsFolder(env), 'owner.env');
export const apiFile = (env: Environment): string => join(settingsFolder(env), 'api.env');

/** The variables of a file; none if it does not exist. Throws if it cannot be read. */
export function readSettingsFile(path: string): Record<string, string> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw error;
  }
  const variables: Record<string, string> = {};
  for (const [name, value] of Object.entries(parseEnv(text))) variables[name] = value ?? '';
  return variables;
}

/** These variables, with DATABASE_URL of the owner's file if they have none. */
export function withOwner(env: Environment): Environment {
  if (withoutEmpty(env).DATABASE_URL !== undefined) return env;
  const { DATABASE_URL } = readSettingsFile(ownerFile(env));
  return DATABASE_URL === undefined ? env : { ...env, DATABASE_URL };
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

/** A value that Node, systemd and a shell read in the same way. */
function quote(value: string): string {
  if (/^[\w./:@%+,=-]*$/.test(value)) return value;
  const mark = markOf(value);
  if (mark === undefined) throw new Error(`a value ${NOT_WRITABLE}`);
  return `${mark}${value}${mark}`;
}

export const NOT_WRITABLE = 'has all kinds of quotes, or a line break';
/** Whether a file of settings can hold the value. */
export const isWritable = (value: string): boolean => markOf(value) !== undefined;

function markOf(value: string): string | undefined {
  if (/[\r\n]/.test(value)) return undefined;
  return ["'", '"', '`'].find((one) => !value.includes(one));
}
