/*
 * `worker join URL TOKEN` gives this host a login of its own in the database (decision 0143):
 *
 * 1. An admin made the token for one host name, one use and a short time (ctl hosts invite). The
 *    API stores only its hash.
 * 2. The host makes a password and keeps it (0600) before it asks. It sends the token and a SCRAM
 *    verifier, so no other program ever has the password. It asks only over TLS, or this machine.
 * 3. The API locks the invitation and decides (decideJoin). A function of the owner of the tables
 *    makes the login, binds the name, uses up the invitation and writes the audit line, all in one
 *    transaction (host-joins.sql). A second host with the token waits, and is refused.
 * 4. The answer has the name, the login, and the address and root certificate of the database. The
 *    host writes them and the password into its settings file, and then forgets what step 2 kept.
 * 5. If the answer is lost, the same command asks again with the same verifier, and gets the same
 *    answer, because the database compares it. A refusal makes nothing, and forgets the password.
 */
import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join as joinPath } from 'node:path';
import { removeOwnFile } from '@renderdeck/render-host';
import {
  callOf,
  isWritable,
  NOT_WRITABLE,
  readSettings,
  workerSettings,
  writePrivate,
  writeSettings,
} from '@renderdeck/settings';
import { verifierOf } from '@renderdeck/store/host-login-sql';
import { z } from 'zod';
import { errorMessage } from '../../error-message.ts';
import { certificatePath, settingsPath } from '../../settings-file.ts';
import { askToJoin, type JoinAnswer } from './ask-to-join.ts';
import { dataFolderOf } from './data-folder.ts';
import { databaseUrlOf } from './database-url.ts';

type Options = {
  readonly url: string;
  readonly token: string;
  /** The name that this host must get; undefined: the name of the invitation. */
  readonly name?: string | undefined;
  /** More settings of the worker, as NAME=VALUE. */
  readonly set: readonly string[];
};
type Print = (line: string) => void;

const LOOPBACK = /^(?:localhost|127(?:[.]\d+){3}|\[::1\])$/;

/** Joins the farm. Returns a sentence when this host has not joined, null when it has. */
export async function join(options: Options, print: Print): Promise<string | null> {
  const { url, token, name } = options;
  const settings = readMore(options.set);
  const problem = explainUrl(url) ?? ('problem' in settings ? settings.problem : null);
  if (problem !== null || 'problem' in settings) return problem;
  const kept = await keepPassword(token);
  const asked = await askToJoin(url, { token, name, verifier: kept.verifier }, print);
  if ('problem' in asked) {
    if (asked.isFinal) await kept.forget();
    return asked.problem;
  }
  const { host, login, invitedBy } = asked.answer;
  try {
    const path = await writeAnswer(asked.answer, kept.password, settings.values);
    await kept.forget();
    print(`This host is ${host} now, with the login ${login}, as ${invitedBy} invited it.`);
    print(`Its settings are in ${path}, which only this user may read.`);
    print(`Next: ${callOf('worker install')}`);
    return null;
  } catch (error) {
    return (
      `${host} has its login, but its settings could not be written: ${errorMessage(error)}. ` +
      'Run the same command again: it gets the same login.'
    );
  }
}

/** Why this address must not be asked; null if it may be. */
function explainUrl(text: string): string | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol))
    return `${text} is no address of the API, such as https://desk.example.`;
  if (url.protocol === 'https:' || LOOPBACK.test(url.hostname)) return null;
  return (
    `${text} is not encrypted, so others could read the token and answer in place of the API. ` +
    `Join with https://${url.host}.`
  );
}

/** The settings of `--set`, which must be valid settings of a worker. */
function readMore(
  set: readonly string[],
): { readonly values: Record<string, string> } | { readonly problem: string } {
  const values: Record<string, string> = {};
  for (const pair of set) {
    const [, name = '', value = ''] = /^(\w+)=(.*)$/s.exec(pair) ?? [];
    if (!(name in workerSettings.shape) || name === 'DATABASE_URL')
      return { problem: `--set ${pair}: a worker has no such setting; write NAME=VALUE.` };
    if (!isWritable(value)) return { problem: `--set ${name}: the value ${NOT_WRITABLE}.` };
    values[name] = value;
  }
  const read = readSettings(workerSettings.omit({ DATABASE_URL: true }), values);
  return read.ok ? { values } : { problem: read.sentences.join(' ') };
}

const stored = z.object({ password: z.string(), verifier: z.string() });

/** The password of this token: the one that an earlier try kept, or else a new one. */
async function keepPassword(token: string) {
  const mark = createHash('sha256').update(token).digest('hex').slice(0, 12);
  const path = joinPath(dirname(settingsPath('host')), `joining-${mark}.json`);
  const forget = () => removeOwnFile(path);
  const earlier = await readFile(path, 'utf8').catch(() => 'null');
  const read = stored.safeParse(parse(earlier));
  if (read.success) return { ...read.data, forget };
  const password = randomBytes(24).toString('base64url');
  const made = { password, verifier: verifierOf(password) };
  await writePrivate(path, JSON.stringify(made));
  return { ...made, forget };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Writes the settings of this host, and the root certificate beside them. Returns their path. */
async function writeAnswer(
  { host, login, database }: JoinAnswer,
  password: string,
  more: Readonly<Record<string, string>>,
): Promise<string> {
  const path = settingsPath(host);
  const certificate = certificatePath(path);
  if (database.rootCertificate !== null) await writePrivate(certificate, database.rootCertificate);
  const root = database.rootCertificate === null ? null : certificate;
  await writeSettings(path, {
    DATABASE_URL: databaseUrlOf(database.url, { login, password, rootCertificate: root }),
    RENDERDECK_WORKER_NAME: host,
    RENDERDECK_DATA_DIR: dataFolderOf(host, dirname(path)),
    ...more,
  });
  return path;
}
