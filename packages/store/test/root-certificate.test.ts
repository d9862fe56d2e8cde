/*
 * A real server with TLS, whose certificate is of a private root: a client with `sslrootcert`
 * connects only to a server that proves its name by that root.
 */
import { chmod, chown, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '@renderdeck/testing';
import { openssl } from '@renderdeck/testing/openssl';
import { findSystemPostgres } from '@renderdeck/testing/system-postgres';
import { findSystemUser } from '@renderdeck/testing/system-user';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { explainConnection } from '../src/explain-connection.ts';
import { openClient } from '../src/open-client.ts';

const postgres = await findSystemPostgres();
const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

describe.runIf(typeof postgres !== 'string')('sslrootcert with a real server', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  const servers: { url(database: string): string; stop(): Promise<void> }[] = [];
  const at = (name: string) => join(folder.path, name);

  /** Makes a root, and a certificate of it for these names. */
  async function makeCertificate(name: string, root: string, names: string): Promise<void> {
    const named = ['-subj', `/CN=${name}`, '-keyout', at(`${name}.key`)];
    openssl('req', ...NEW_KEY, ...named, '-out', at('csr'));
    await writeFile(at('names'), `subjectAltName=${names}\n`);
    const of = ['-CA', at(`${root}.pem`), '-CAkey', at(`${root}.key`), '-CAcreateserial'];
    const into = ['-days', '2', '-extfile', at('names'), '-out', at(`${name}.pem`)];
    openssl('x509', '-req', '-in', at('csr'), ...of, ...into);
  }

  async function startServer(name: string) {
    if (typeof postgres === 'string') throw new Error(postgres);
    const [key, cert] = [at(`${name}.key`), at(`${name}.pem`)];
    const user = await findSystemUser();
    if (user?.uid !== undefined && user.gid !== undefined) await chown(key, user.uid, user.gid);
    // PostgreSQL refuses a key that others may read.
    await chmod(key, 0o600);
    await chmod(cert, 0o644);
    await mkdir(at(`${name}-data`));
    const server = await postgres.startCluster(at(`${name}-data`), {
      ...{ ssl: 'on', ssl_cert_file: cert, ssl_key_file: key },
    });
    servers.push(server);
    return server;
  }

  beforeAll(async () => {
    folder = await temporaryFolder('tls');
    for (const root of ['root', 'other'])
      openssl(
        ...['req', '-x509', ...NEW_KEY, '-days', '2'],
        ...['-subj', `/CN=${root}`, '-keyout', at(`${root}.key`), '-out', at(`${root}.pem`)],
      );
    await makeCertificate('by-address', 'root', 'IP:127.0.0.1');
    await makeCertificate('by-name', 'root', 'DNS:localhost');
    await startServer('by-address');
    await startServer('by-name');
  });
  afterAll(async () => {
    for (const server of servers) await server.stop();
    await folder.remove();
  });

  /** Whether the session is encrypted; or why there is none, in words for people. */
  async function connect(index: number, host: string, root: string): Promise<unknown> {
    const url = new URL(servers[index]?.url('postgres') ?? '');
    url.hostname = host;
    const full = `${url.href}?sslmode=verify-full&sslrootcert=${encodeURIComponent(at(root))}`;
    const client = openClient(full, { name: 'tls test', size: 1 });
    try {
      const [row] = await client.sql`select ssl from pg_stat_ssl where pid = pg_backend_pid()`;
      return row?.ssl;
    } catch (error) {
      return explainConnection(error, full);
    } finally {
      await client.end(0);
    }
  }

  test('a server that proves its address or its name is used, encrypted', async () => {
    expect(await connect(0, '127.0.0.1', 'root.pem')).toBe(true);
    expect(await connect(1, 'localhost', 'root.pem')).toBe(true);
  });

  test.each([
    ['of another root', 0, '127.0.0.1', 'other.pem', /its certificate is not of the root/],
    ['for another name', 0, 'localhost', 'root.pem', /its certificate is for another name/],
    ['for a name, not for this address', 1, '127.0.0.1', 'root.pem', /is for another name/],
  ])('a server with a certificate %s is not used', async (_, index, host, root, expected) => {
    expect(await connect(index, host, root)).toMatch(expected);
  });
});

if (typeof postgres === 'string')
  test.skipIf(true)(`sslrootcert with a real server is left out here: ${postgres}`, () => {});
