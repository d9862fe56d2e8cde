/*
 * Amazon's own addresses, as far as this machine can have them: a proxy of the environment leads
 * them to our server, whose certificate has a private CA.
 */
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { connect, type Server } from 'node:net';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openStore } from '../../src/transfers/stores/s3.mjs';
import { makeCertificate } from '../../testing/stores/make-certificate.ts';
import { LOGINS, REGION, startS3 } from '../../testing/stores/s3-server.ts';
import { close, listen } from '../../testing/stores/serve.ts';
import { aStore, fails, final, readAll } from './a-store.ts';

const FILM = randomBytes(100_000);
const shared = aStore(openStore, { 'short.mp4': 'short' });
const servers: Server[] = [];
const asked: string[] = [];
let s3: Awaited<ReturnType<typeof startS3>>;
let ca = '';
let proxyPort = 0;
let securePort = 0;

beforeAll(async () => {
  s3 = await startS3();
  await s3.put('films', 'film.mp4', FILM);
  const hosts = ['us-east-1', REGION].map((region) => `DNS:films.s3.${region}.amazonaws.com`);
  const tls = makeCertificate(shared.pathOf(''), hosts);
  ca = tls.cert;
  const secure = createSecureServer(tls, s3.listener);
  const proxy = createServer().on('connect', (request, socket) => {
    asked.push(`${request.url}`);
    const through = connect(securePort, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      through.pipe(socket).pipe(through);
    });
    for (const one of [through, socket]) one.on('error', () => undefined);
  });
  servers.push(secure, proxy);
  securePort = await listen(secure);
  proxyPort = await listen(proxy);
});
afterAll(async () => {
  for (const server of servers) await close(server);
  await s3.close();
});

test('the bucket of another region, through a proxy, with a private CA', async () => {
  vi.stubEnv('HTTPS_PROXY', `http://127.0.0.1:${proxyPort}`);
  const place = { scheme: 's3' as const, bucket: 'films', endpoint: null, region: 'us-east-1' };
  const { store } = await shared.open(place, { ...LOGINS.writer, ca });
  const { size, version, sums } = await store.describe('film.mp4');
  expect(size).toBe(FILM.length);
  // Amazon's ETag of a file without parts is its MD5.
  expect(sums.map(({ whose }) => whose)).toEqual(['ETag']);
  expect((await readAll(store, 'film.mp4', 0, version)).equals(FILM)).toBe(true);
  await store.finish(await shared.upload(store, 'out.mp4', 'short.mp4'));
  expect(`${await s3.get('out.mp4')}`).toBe('short');
  expect(new Set(asked)).toEqual(
    new Set(['films.s3.us-east-1.amazonaws.com:443', `films.s3.${REGION}.amazonaws.com:443`]),
  );
  const { store: suspicious } = await shared.open(place, LOGINS.writer);
  await fails(suspicious.describe('film.mp4'), final('self-signed certificate'));
});
