/* Servers of each kind, and what a job and a host say of them. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Credential } from '../../src/transfers/credentials.mjs';
import {
  type FileServer,
  leftOut,
  startFtp,
  startSftp,
} from '../../testing/stores/file-servers.ts';
import { account, startGs } from '../../testing/stores/gs-server.ts';
import { LOGINS, REGION, startS3 } from '../../testing/stores/s3-server.ts';

export type Kind = {
  readonly provider: string;
  address(key: string): string;
  /** What a job says of an upload to this key. */
  params(key: string): Record<string, unknown>;
  readonly credential: Credential;
  put(key: string, text: string): Promise<unknown>;
  get(key: string): Promise<Buffer | null>;
  stop(): Promise<unknown>;
};
const login = { name: 'own', endpoint: null, region: null, headers: {} };

export async function serveFiles(scheme: string, starting: Promise<FileServer>): Promise<Kind> {
  const { place, access, home, stop } = await starting;
  const server = `${scheme}://127.0.0.1:${place.port}`;
  const at = (key: string) => join(home, key);
  return {
    provider: scheme === 'ftps' ? 'ftp' : scheme,
    address: (key) => `${server}${at(key)}`,
    params: (key) => ({
      ...{ host: '127.0.0.1', port: place.port, output: at(key) },
      ...(scheme === 'ftps' ? { secure: true } : {}),
    }),
    credential: { ...login, for: [server], access },
    put: async (key, text) => writeFileSync(at(key), text),
    get: async (key) => (existsSync(at(key)) ? readFileSync(at(key)) : null),
    stop,
  };
}

async function serveS3(): Promise<Kind> {
  const { endpoint, put, get, close } = await startS3();
  return {
    provider: 's3',
    address: (key) => `s3://films/${key}`,
    params: (key) => ({ bucket: 'films', key, acl: 'private' }),
    credential: { ...login, for: ['s3://films'], access: LOGINS.writer, endpoint, region: REGION },
    put: (key, text) => put('films', key, text),
    get,
    stop: close,
  };
}

async function serveGs(): Promise<Kind> {
  const server = await startGs();
  const access = { serviceAccount: account('writer') };
  return {
    provider: 'gs',
    address: (key) => `gs://films/${key}`,
    params: (key) => ({ bucket: 'films', item: key }),
    credential: { ...login, for: ['gs://*'], access, endpoint: server.endpoint },
    put: async (key, text) => server.put(key, text),
    get: async (key) => server.files.get(key)?.bytes ?? null,
    stop: server.close,
  };
}

const files = leftOut ?? '';
export const KINDS = [
  { name: `ftp${files}`, isLeftOut: files !== '', start: () => serveFiles('ftp', startFtp()) },
  { name: `ftps${files}`, isLeftOut: files !== '', start: () => serveFiles('ftps', startFtp()) },
  { name: `sftp${files}`, isLeftOut: files !== '', start: () => serveFiles('sftp', startSftp()) },
  { name: 's3', isLeftOut: false, start: serveS3 },
  { name: 'gs', isLeftOut: false, start: serveGs },
];
