/*
 * What is no HTTP, half of it, or no message of tRPC: bytes that no client library would send. Every connection is answered or closed in time, nothing
 * fails, and the API goes on. RENDERDECK_TEST_SEED repeats a run; a failure names the seed.
 */
import type { EventEmitter } from 'node:events';
import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RawData, WebSocket } from 'ws';
import { startApi } from '../testing/start-api.ts';
import { oddText, oddValue, writeJson } from './generated/odd-values.ts';
import { openFarm, type TestFarm } from './serve-api.ts';

const WITHIN_MS = 15_000;
const AT_ONCE = 16;
const SEED = Number(process.env.RENDERDECK_TEST_SEED ?? Math.trunc(Math.random() * 2 ** 31));

let farm: TestFarm;
let api: Awaited<ReturnType<typeof startApi>>;
beforeAll(async () => {
  farm = await openFarm();
  const unlimited = {
    RENDERDECK_REQUESTS_PER_MINUTE: '0',
    RENDERDECK_MAX_DELAY_MS: '0',
    RENDERDECK_LOG_LEVEL: 'error',
  };
  api = await startApi({ ...unlimited, DATABASE_URL: await farm.database.urlAs('renderdeck_api') });
});
afterAll(async () => {
  await api.end();
  await farm.close();
});

/** True when it is closed within the time, for whatever reason. */
function closes(connection: EventEmitter): Promise<boolean> {
  return new Promise((resolve) => {
    const over = setTimeout(resolve, WITHIN_MS, false);
    connection.once('close', () => {
      clearTimeout(over);
      resolve(true);
    });
  });
}

/** Runs the work for every case, so many at once; gives what it says is wrong. */
async function forEach<Case>(
  cases: Case[],
  work: (one: Case) => Promise<string | null>,
): Promise<unknown[]> {
  const wrong: unknown[] = [];
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let next = cases.pop(); next !== undefined; next = cases.pop()) {
        const said = await work(next);
        if (said !== null) wrong.push([said, next]);
      }
    }),
  );
  return wrong;
}

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
  'Connection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 99',
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
  .map(
    ({ method, path, version, headers, end, body, noise }) =>
      `${noise}${method} ${path} ${version}\r\n${['Host: x', ...headers].join('\r\n')}${end}${body}`,
  );

/** What a connection says to these bytes until it is closed; null where it is not, in time. */
async function sendBytes(bytes: string): Promise<string | null> {
  const { hostname, port } = new URL(api.url);
  const socket = connect(Number(port), hostname);
  let said = '';
  socket.setEncoding('latin1').on('data', (more: string) => {
    said += more;
  });
  socket.on('error', () => undefined);
  const closed = closes(socket);
  socket.end(bytes, 'latin1');
  if (await closed) return said;
  socket.destroy();
  return null;
}

test('3000 connections with bytes that are no request, half of one, or two in one: each is answered or closed in time, none with a failure', async () => {
  // Where the page is not built, its address says so with a 503.
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

const PATHS_OF_TRPC = [
  'me',
  'getJob',
  'listJobs',
  'cancelJob',
  'submitJob',
  'onJobChange',
  'onAttemptLog',
  'onHostChange',
  'logout',
  '__proto__',
  'toString',
  '',
];
const message = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .record(
        {
          id: fc.oneof({ weight: 4, arbitrary: fc.nat(50) }, oddValue),
          method: fc.oneof(
            {
              weight: 6,
              arbitrary: fc.constantFrom('query', 'mutation', 'subscription', 'subscription.stop'),
            },
            oddText,
          ),
          params: fc.oneof(
            {
              weight: 6,
              arbitrary: fc.record(
                { path: fc.constantFrom(...PATHS_OF_TRPC), input: oddValue, lastEventId: oddText },
                { requiredKeys: ['path'] },
              ),
            },
            oddValue,
          ),
          jsonrpc: fc.oneof(fc.constant('2.0'), oddValue),
        },
        { requiredKeys: ['id', 'method', 'params'] },
      )
      .map(writeJson),
  },
  { weight: 2, arbitrary: oddValue.map(writeJson) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '',
      'PING',
      'PONG',
      '{',
      '[',
      '[[]]',
      '[null]',
      '\0',
      'null',
      '"x"',
      '[{},{}]',
    ),
  },
);
const conversation = fc.record({
  who: fc.constantFrom<'vera' | 'ada' | null>('vera', 'ada', null),
  path: fc.constantFrom(
    '/trpc',
    '/trpc?connectionParams=1',
    '/api/events',
    '/api/events?cursor=1:1:',
  ),
  messages: fc.array(
    fc.oneof({ weight: 9, arbitrary: message }, fc.uint8Array({ maxLength: 20 })),
    { minLength: 5, maxLength: 30 },
  ),
});

test('200 WebSockets with messages that mean nothing: none is answered with a failure, each can be closed, and the API goes on', async () => {
  const wrong = await forEach(
    fc.sample(conversation, { numRuns: 200, seed: SEED }),
    async ({ who, path, messages }) => {
      const headers = who === null ? {} : { authorization: `Bearer ${farm.secretOf(who)}` };
      const socket = new WebSocket(`${api.url.replace('http', 'ws')}${path}`, { headers });
      socket.on('error', () => undefined);
      const closed = closes(socket);
      let said = '';
      socket.on('message', (data: RawData) => {
        said += String(data);
      });
      const opened = new Promise<boolean>((resolve) => socket.once('open', () => resolve(true)));
      if (await Promise.race([opened, closed.then(() => false)])) {
        for (const one of messages) socket.send(one);
        socket.close();
      }
      if (!(await closed)) return 'was left open';
      return said.includes('"internal"') || said.includes('INTERNAL_SERVER_ERROR')
        ? `failed: ${said.slice(0, 500)}`
        : null;
    },
  );
  expect({ seed: SEED, wrong }).toEqual({ seed: SEED, wrong: [] });
  expect((await fetch(`${api.url}/healthz`)).status).toBe(200);
  expect({ seed: SEED, log: api.said() }).toEqual({ seed: SEED, log: '' });
}, 120_000);
