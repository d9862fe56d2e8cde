/*
 * Bytes that are broken HTTP, or only a part of a request. Every connection is answered or closed
 * in time, none fails, and the API still works.
 */
import { connect } from 'node:net';
import { SEED } from '@renderdeck/testing/random';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { farmOfFile } from '../../testing/open-farm.ts';
import { closesInTime, forEach, unlimitedApiOfFile } from '../server/hostile-clients.ts';

const farm = farmOfFile();
const api = unlimitedApiOfFile(farm);

const PATHS = [
  '/api/jobs',
  '/api/session',
  '/trpc/submitJob',
  '/trpc/me',
  '/api/events',
  '/healthz',
  '*',
  'http://x/api/jobs',
  '//',
  '/\0',
  '/%',
  '/é',
];
const HEADERS = [
  'Content-Length: 5',
  'Content-Length: 99999999999999999999',
  'Content-Length: -1',
  'Content-Length: 5\r\nContent-Length: 6',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: chunked\r\nContent-Length: 5',
  'Transfer-Encoding: gzip, x',
  'Content-Type: application/json',
  'Content-Type: application/json;charset=\xff',
  'Host: a\r\nHost: b',
  'Connection: upgrade\r\nUpgrade: websocket',
  'Connection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13',
  'Connection: upgrade\r\nUpgrade: websocket\r\n' +
    'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 99',
  'Connection: upgrade, keep-alive\r\nUpgrade: h2c',
  'Expect: 100-continue',
  'Cookie: renderdeck_session=\x01',
  'Authorization: Bearer \xe9\xff',
  ': empty',
  'X Y: space',
  'X: a\r\n folded',
  'X: \0',
];
const BODIES = [
  '',
  '{',
  '{"a":1}',
  '5\r\n{"a":\r\n',
  '0\r\n\r\n',
  'zz\r\n',
  'ffffffffff\r\nx',
  '\xff\xfe',
  'x'.repeat(70_000),
  'GET / HTTP/1.1\r\n\r\n',
];
const METHODS = [
  'GET',
  'POST',
  'DELETE',
  'PATCH',
  'HEAD',
  'OPTIONS',
  'CONNECT',
  'M-SEARCH',
  'PRI',
  'get',
  'G T',
  '',
];
const VERSIONS = ['HTTP/1.1', 'HTTP/1.0', 'HTTP/2.0', 'HTTP/9.9', '', 'HTTP/1.1 '];

const broken = fc
  .record({
    method: fc.constantFrom(...METHODS),
    path: fc.constantFrom(...PATHS),
    version: fc.oneof(
      { weight: 6, arbitrary: fc.constant('HTTP/1.1') },
      fc.constantFrom(...VERSIONS),
    ),
    headers: fc.array(fc.constantFrom(...HEADERS), { maxLength: 4 }),
    end: fc.constantFrom('\r\n\r\n', '\n\n', '\r\n', ''),
    body: fc.constantFrom(...BODIES),
    noise: fc.oneof(
      { weight: 5, arbitrary: fc.constant('') },
      fc.string({ unit: fc.nat(255).map((code) => String.fromCharCode(code)), minLength: 1 }),
    ),
  })
  .map(({ method, path, version, headers, end, body, noise }) => {
    const head = [`${method} ${path} ${version}`, 'Host: x', ...headers].join('\r\n');
    return `${noise}${head}${end}${body}`;
  });

/** All that the API answers to these bytes, or null if the connection stays open. */
async function sendBytes(bytes: string): Promise<string | null> {
  const { hostname, port } = new URL(api.url);
  const socket = connect(Number(port), hostname);
  let said = '';
  socket.setEncoding('latin1').on('data', (more: string) => {
    said += more;
  });
  socket.on('error', () => undefined);
  const closed = closesInTime(socket);
  socket.end(bytes, 'latin1');
  if (await closed) return said;
  socket.destroy();
  return null;
}

test('3000 connections with broken HTTP: each is answered or closed, none fails', async () => {
  // If the page is not built, its address answers 503.
  const page = (await fetch(api.url)).status;
  const wrong = await forEach(fc.sample(broken, { numRuns: 3000, seed: SEED }), async (bytes) => {
    const said = await sendBytes(bytes);
    if (said === null) return 'was left open';
    const statuses = [...said.matchAll(/HTTP\/1\.[01] (\d{3})/g)].map(([, status]) =>
      Number(status),
    );
    return statuses.some((status) => status >= 500 && status !== page) ||
      said.includes('"internal"')
      ? `failed: ${said.slice(0, 300)}`
      : null;
  });
  expect({ seed: SEED, wrong }).toEqual({ seed: SEED, wrong: [] });
  expect((await fetch(`${api.url}/healthz`)).status).toBe(200);
  expect({ seed: SEED, log: api.said() }).toEqual({ seed: SEED, log: '' });
}, 120_000);
