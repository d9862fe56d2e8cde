/* How much one caller may take: what is over is refused early, with a code and when to come again; health is always answered. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import websocket from '@fastify/websocket';
import fastify from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { DEFAULT_LIMITS, FIXED } from '../src/limits.ts';
import { limitSockets } from '../src/plugins/limit-sockets.ts';
import { openFarm, type TestFarm } from './serve-api.ts';

let farm: TestFarm;
beforeAll(async () => {
  farm = await openFarm();
});
afterAll(() => farm.close());

/** What a raw connection answers to these bytes. */
async function sendRaw(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let text = '';
  socket.setEncoding('utf8').on('data', (more: string) => {
    text += more;
  });
  socket.write(bytes);
  await once(socket, 'close');
  return text;
}

test('an address over 8 KB is 414, headers over 16 KB are 431, what is no HTTP is 400; each a problem with its code', async () => {
  const api = await farm.serve();
  expect(await api.send('ada', 'GET', `/api/jobs?cursor=${'x'.repeat(8192)}`)).toMatchObject({
    status: 414,
    body: { code: 'url_too_long' },
  });
  expect(await api.send('ada', 'GET', `/trpc/me?input=${'x'.repeat(8192)}`)).toMatchObject({
    status: 414,
    body: { error: { data: { problem: { code: 'url_too_long', status: 414 } } } },
  });
  const large = await sendRaw(
    api.url,
    `GET /api/jobs HTTP/1.1\r\nHost: x\r\nX-Large: ${'x'.repeat(17_000)}\r\n\r\n`,
  );
  expect(large).toMatch(
    /^HTTP\/1\.1 431 .*application\/problem\+json.*"code":"headers_too_large"/s,
  );
  expect(await sendRaw(api.url, 'nonsense\r\n\r\n')).toMatch(
    /^HTTP\/1\.1 400 .*"code":"invalid_request"/s,
  );
  await api.close();
});

test('a batch of more than 20 procedures is refused whole', async () => {
  const api = await farm.serve();
  const names = (count: number) => Array.from({ length: count }, () => 'me').join(',');
  expect((await api.send('ada', 'GET', `/trpc/${names(20)}?batch=1&input={}`)).status).toBe(200);
  expect((await api.send('ada', 'GET', `/trpc/${names(21)}?batch=1&input={}`)).status).toBe(400);
  await api.close();
});

test('more requests of one address than its minute has are 429 with Retry-After, over REST and tRPC; health goes on', async () => {
  const api = await farm.serve({ limits: { requestsPerMinute: 5 } });
  const statuses: number[] = [];
  for (let count = 0; count < 6; count += 1)
    statuses.push((await api.send('ada', 'GET', '/api/jobs')).status);
  expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
  const rest = await api.send('ada', 'GET', '/api/hosts');
  expect(rest).toMatchObject({ status: 429, body: { code: 'too_many_requests' } });
  expect(Number(rest.headers.get('retry-after'))).toBeGreaterThan(0);
  const trpc = await api.send('ada', 'GET', '/trpc/me');
  expect(trpc).toMatchObject({
    status: 429,
    body: { error: { data: { problem: { code: 'too_many_requests' } } } },
  });
  expect(Number(trpc.headers.get('retry-after'))).toBeGreaterThan(0);
  for (const path of ['/healthz', '/readyz', '/metrics'])
    expect((await api.send(null, 'GET', path)).status).toBe(200);
  await api.close();
});

test('a process that cannot keep up sheds requests with 503 and Retry-After; health goes on, and so does everything afterwards', async () => {
  const api = await farm.serve({ limits: { maxDelayMs: 100 } });
  const until = performance.now() + 2500;
  while (performance.now() < until) {
    const turn = performance.now() + 400;
    while (performance.now() < turn);
    await nextTurn();
  }
  const shed = await api.send('ada', 'GET', '/api/jobs');
  expect(shed).toMatchObject({ status: 503, body: { code: 'unavailable' } });
  expect(shed.headers.get('retry-after')).toBe('5');
  expect(await api.send('ada', 'GET', '/trpc/me')).toMatchObject({
    status: 503,
    body: { error: { data: { problem: { code: 'unavailable' } } } },
  });
  expect((await api.send(null, 'GET', '/healthz')).status).toBe(200);
  await expect
    .poll(async () => (await api.send('ada', 'GET', '/api/jobs')).status, { timeout: 20_000 })
    .toBe(200);
  await api.close();
});

test.each(['/api/events', '/trpc'])(
  'one address has so many WebSockets open (%s), reads when to come again, and gets a new one when it closes another',
  async (path) => {
    const api = await farm.serve({ limits: { socketsPerAddress: 2 } });
    const open = async () => {
      const socket = api.socket('vera', path);
      await once(socket, 'open');
      return socket;
    };
    const [first, second] = [await open(), await open()];
    const third = api.socket('vera', path);
    third.on('error', () => undefined);
    const [, answer] = await once(third, 'unexpected-response');
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([429, '5']);
    answer.resume();
    first.close();
    await once(first, 'close');
    const again = await open();
    await closeAll(second, again);
    await api.close();
  },
);

test('one token has so many live streams, over all its sockets; the one too many says so', async () => {
  const api = await farm.serve({ limits: { streamsPerActor: 2 } });
  const open = async () => {
    const socket = api.socket('vera', '/api/events');
    await once(socket, 'message');
    return socket;
  };
  const kept = [await open(), await open()];
  const third = api.socket('vera', '/api/events');
  const [code, reason] = await once(third, 'close');
  expect([code, String(reason)]).toEqual([1008, 'too_many_requests']);
  const other = api.socket('sam', '/api/events');
  await once(other, 'message');
  await closeAll(other, ...kept);
  await expect
    .poll(async () => {
      const socket = api.socket('vera', '/api/events');
      const answer = await Promise.race([
        once(socket, 'message').then(() => 'open'),
        once(socket, 'close').then(() => 'refused'),
      ]);
      socket.close();
      return answer;
    })
    .toBe('open');
  await api.close();
});

test('a WebSocket that sends more messages than anyone can is cut off with a reason', async () => {
  const api = await farm.serve();
  const socket = api.socket('ada', '/trpc');
  await once(socket, 'open');
  const closed = once(socket, 'close');
  for (let count = 0; count < 1100; count += 1)
    socket.send(JSON.stringify({ id: count, method: 'query', params: { path: 'nothing' } }));
  const [code, reason] = await closed;
  expect([code, String(reason)]).toEqual([1013, 'too many messages']);
  await api.close();
});

test('the same network of IPv6 addresses counts as one address', async () => {
  const api = await farm.serve({ trustProxy: '127.0.0.1', limits: { socketsPerAddress: 1 } });
  const first = api.socket('vera', '/api/events', { 'x-forwarded-for': '2001:db8::1' });
  await once(first, 'open');
  const second = api.socket('vera', '/api/events', { 'x-forwarded-for': '2001:db8::2' });
  second.on('error', () => undefined);
  const [, answer] = await once(second, 'unexpected-response');
  expect(answer.statusCode).toBe(429);
  answer.resume();
  const other = api.socket('vera', '/api/events', { 'x-forwarded-for': '2001:db8:0:1::1' });
  await once(other, 'open');
  await closeAll(first, other);
  await api.close();
});

test.each([
  [
    '5000 messages',
    (call: (id: number) => object) =>
      Array.from({ length: 5000 }, (_, id) => JSON.stringify(call(id))),
  ],
  [
    '5000 calls in one message',
    (call: (id: number) => object) => [
      JSON.stringify(Array.from({ length: 5000 }, (_, id) => call(id))),
    ],
  ],
])('of %s none is acted on that is one too many', async (_what, messagesOf) => {
  const api = await farm.serve();
  let heard = 0;
  api.server.websocketServer.on('connection', (client) => {
    client.on('message', (data) => {
      heard += [JSON.parse(String(data))].flat().length;
    });
  });
  const socket = api.socket('ada', '/trpc');
  await once(socket, 'open');
  const closed = once(socket, 'close');
  for (const text of messagesOf((id) => ({ id, method: 'query', params: { path: 'nothing' } })))
    socket.send(text);
  const [code, reason] = await closed;
  expect([code, String(reason)]).toEqual([1013, 'too many messages']);
  expect(heard).toBeLessThanOrEqual(FIXED.messages);
  await api.close();
});

test('the same over tRPC: the stream that is one too many is refused, the others go on', async () => {
  const api = await farm.serve({ limits: { streamsPerActor: 2 } });
  const { client, close } = api.trpcSocket('vera');
  const heard: string[] = [];
  const follow = (name: string) =>
    client.onJobChange.subscribe(
      {},
      {
        onData: () => heard.push(name),
        onError: ({ data }) => heard.push(`${name} ${data?.problem.code}`),
      },
    );
  follow('first');
  follow('second');
  await expect.poll(() => [...heard].sort()).toEqual(['first', 'second']);
  follow('third');
  await expect.poll(() => heard.at(-1)).toBe('third too_many_requests');
  await farm.submit();
  await expect.poll(() => heard.slice(3).sort()).toEqual(['first', 'second']);
  await close();
  await api.close();
});

test('a WebSocket that answers no ping is cut off with a reason, one that does is kept', async () => {
  const server = fastify();
  await server.register(websocket);
  limitSockets(server, DEFAULT_LIMITS, 50);
  server.get('/', { websocket: true }, () => undefined);
  const url = (await server.listen({ host: '127.0.0.1', port: 0 })).replace('http', 'ws');
  const kept = new WebSocket(url);
  await once(kept, 'open');
  let pings = 0;
  kept.on('ping', () => {
    pings += 1;
  });
  const deaf = new WebSocket(url, { autoPong: false });
  const [code, reason] = await once(deaf, 'close');
  expect([code, String(reason)]).toEqual([1013, 'no answer']);
  await expect.poll(() => pings).toBeGreaterThan(5);
  expect(kept.readyState).toBe(WebSocket.OPEN);
  await closeAll(kept);
  await server.close();
});

test.each([
  ['its headers', 'GET /api/jobs HTTP/1.1\r\nHost: x\r\nX-Slow'],
  [
    'its body',
    'POST /api/jobs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
  ],
])(
  'a request that never ends %s is 408 when its time is over, and its connection ends',
  async (_what, bytes) => {
    const api = await farm.serve({ receiveMs: 300 });
    const startedAt = performance.now();
    expect(await sendRaw(api.url, bytes)).toMatch(
      /^HTTP\/1\.1 408 .*application\/problem\+json.*"code":"request_timeout"/s,
    );
    expect(performance.now() - startedAt).toBeGreaterThan(250);
    await api.close();
  },
);

test('one connection more than there may be is closed at once; when one ends, another is taken', async () => {
  const api = await farm.serve({ limits: { connections: 2 } });
  const { hostname, port } = new URL(api.url);
  const open = async () => {
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
    const answer = await Promise.race([
      once(socket, 'data'),
      once(socket, 'close').then(() => ['']),
    ]);
    return { socket, answer: String(answer[0]).slice(0, 12) };
  };
  const kept = [await open(), await open()];
  expect(kept.map(({ answer }) => answer)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200']);
  expect((await open()).answer).toBe('');
  kept[0]?.socket.destroy();
  await expect
    .poll(async () => {
      const { socket, answer } = await open();
      socket.destroy();
      return answer;
    })
    .toBe('HTTP/1.1 200');
  kept[1]?.socket.destroy();
  await api.close();
});

async function closeAll(...sockets: WebSocket[]): Promise<void> {
  await Promise.all(
    sockets.map((socket) => {
      socket.close();
      return once(socket, 'close');
    }),
  );
}
