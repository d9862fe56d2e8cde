/*
 * How hosts that join reach the database: RENDERDECK_HOST_DATABASE_URL, or else DATABASE_URL of the
 * API without its login. If that names this machine (a socket, 127.0.0.1), only hosts on this
 * machine can use it.
 */
import { readFile } from 'node:fs/promises';
import type { HostDatabase } from './port/joins.ts';

export type HostDatabaseConfig = {
  readonly databaseUrl: string;
  readonly hostDatabaseUrl: string | null;
  readonly hostDatabaseCertificate: string | null;
};

/** Throws if the file of the certificate cannot be read. */
export async function findHostDatabase(config: HostDatabaseConfig): Promise<HostDatabase> {
  const { databaseUrl, hostDatabaseUrl, hostDatabaseCertificate: path } = config;
  const url = hostDatabaseUrl ?? withoutLogin(databaseUrl);
  return {
    url,
    rootCertificate: path === null ? null : await readCertificate(path),
    fromElsewhere: hostDatabaseUrl !== null || !isThisMachine(url),
  };
}

async function readCertificate(path: string): Promise<string> {
  return await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new Error(`RENDERDECK_HOST_DATABASE_CA (${path}) cannot be read: ${String(cause)}`);
  });
}

/** A database URL may name several hosts, so it is no URL of WHATWG. */
function withoutLogin(url: string): string {
  return url.replace(/^(postgres(?:ql)?:\/\/)(?:[^@/?#]*@)?/, '$1');
}

function isThisMachine(url: string): boolean {
  const [, hosts = ''] = /^postgres(?:ql)?:\/\/([^/?#]*)/.exec(url) ?? [];
  return hosts
    .split(',')
    .some((host) => /^(?:|localhost|127(?:[.]\d+){3}|\[::1\]|%2F.*)(?::\d*)?$/i.test(host));
}
