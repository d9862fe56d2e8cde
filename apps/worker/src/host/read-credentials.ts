/*
 * Reads RENDERDECK_CREDENTIALS_FILE: the logins of this host for sources and uploads, in JSON.
 *
 *   {
 *     "nas": {"for": ["sftp://nas.studio.example"], "user": "render", "privateKeyFile": "/…/key"},
 *     "archive": {"for": ["s3://archive"], "accessKeyId": "…", "secretAccessKey": "…"}
 *   }
 *
 * A job names an entry (`"login": "nas"`), or gets the first one for its server. Each attempt reads
 * the file again, so that a new password needs no restart. No job, log or answer holds a secret of
 * it.
 */
import { readFile, stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import type { Credential } from '@renderdeck/render-host';
import { z } from 'zod';
import { errorMessage } from '../error-message.ts';

const text = z.string().min(1);
const file = text.refine((path) => isAbsolute(path), 'must be a full path');
const HOST = String.raw`(?:\[[0-9a-f:.]+\]|[^/?#@:*[\]\s]+)(?::\d{1,5})?`;
const SERVER = new RegExp(
  String.raw`^(?:(?:ftps?|sftp|https?)://${HOST}|(?:s3|gs)://(?:\*|[\w.-]+))/?$`,
  'i',
);
const server = z
  .string()
  .regex(SERVER, 'must be like sftp://host, https://host:8443, s3://bucket or gs://*');

const isPlain = (one: string) => /^http:/i.test(one);

const entry = z
  .strictObject({
    for: z.array(server).min(1),
    user: text,
    password: text,
    privateKeyFile: file,
    passphrase: text,
    hostKeys: z.array(text.startsWith('SHA256:')),
    accessKeyId: text,
    secretAccessKey: text,
    sessionToken: text,
    profile: text,
    roleArn: text,
    roleSessionName: text,
    externalId: text,
    serviceAccountFile: file,
    region: text,
    endpoint: z.url({ protocol: /^https?$/ }),
    headers: z.record(text, text),
    strictSSL: z.boolean(),
    caFile: file,
    plainHttp: z.boolean(),
  })
  .partial()
  .required({ for: true })
  .refine(({ for: servers, plainHttp }) => plainHttp || !servers.some(isPlain), {
    path: ['for'],
    message:
      'names a server by http://, which anybody on the way can read. Use https://, or set "plainHttp": true',
  });
const entries = z.record(text, entry);
type Entry = z.infer<typeof entry>;

export type ReadCredentials =
  | { readonly ok: true; readonly credentials: readonly Credential[] }
  | { readonly ok: false; readonly sentence: string };

/** The entries of the file; none without a file. A sentence when it is not valid. */
export async function readCredentials(path: string | null): Promise<ReadCredentials> {
  if (path === null) return { ok: true, credentials: [] };
  const wrong = (why: string): ReadCredentials => ({
    ok: false,
    sentence: `RENDERDECK_CREDENTIALS_FILE (${path}) ${why}`,
  });
  try {
    const read = entries.safeParse(JSON.parse(await readFile(path, 'utf8')));
    if (!read.success) {
      const [issue] = read.error.issues;
      return wrong(`is not valid: ${issue?.path.join('.')}: ${issue?.message}.`);
    }
    const all = Object.entries(read.data).map(([name, one]) => readEntry(name, one));
    return { ok: true, credentials: await Promise.all(all) };
  } catch (error) {
    // The message of a JSON error may quote the file.
    if (error instanceof SyntaxError) return wrong('is no JSON.');
    return wrong(`cannot be read: ${errorMessage(error)}.`);
  }
}

/** Whether other users may read the file; never on Windows. */
export async function isOpenToOthers(path: string): Promise<boolean> {
  if (process.platform === 'win32') return false;
  return ((await stat(path)).mode & 0o077) !== 0;
}

/** The texts of these entries that no line may contain. */
export function secretsOf(credentials: readonly Credential[]): readonly string[] {
  return credentials.flatMap(({ access, headers }) => {
    const { password, privateKey, passphrase, secretAccessKey, sessionToken } = access;
    const { private_key: ofAccount } = access.serviceAccount ?? {};
    const texts = [password, privateKey, passphrase, secretAccessKey, sessionToken, ofAccount];
    return [...texts, ...Object.values(headers)].filter((one) => typeof one === 'string');
  });
}

async function readAccount(path: string): Promise<Record<string, unknown>> {
  const content = await readFile(path, 'utf8');
  try {
    return z.looseObject({}).parse(JSON.parse(content));
  } catch {
    throw new Error(`${path} is no key file of Google Cloud`);
  }
}

async function readEntry(name: string, one: Entry): Promise<Credential> {
  const { privateKeyFile, serviceAccountFile, caFile, endpoint, region, headers, ...more } = one;
  const { for: servers, plainHttp: _, ...access } = more;
  const read = async (path: string | undefined) =>
    path === undefined ? undefined : await readFile(path, 'utf8');
  const account =
    serviceAccountFile === undefined ? undefined : await readAccount(serviceAccountFile);
  const given = {
    ...access,
    privateKey: await read(privateKeyFile),
    ca: await read(caFile),
    serviceAccount: account,
  };
  return {
    name,
    for: servers,
    access: Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    endpoint: endpoint === undefined ? null : new URL(endpoint).href.replace(/\/$/, ''),
    region: region ?? null,
    headers: headers ?? {},
  };
}
