/* The limits on WebSockets, their messages and their live streams. */
import { once } from 'node:events';
import websocket from '@fastify/websocket';
import fastify from 'fastify';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { DEFAULT_LIMITS, FIXED } from '../../src/limits.ts';
import { limitSockets } from '../../src/plugins/limit-sockets.ts';
import { farmOfFile } from '../../testing/open-farm.ts';

const farm = farmOfFile();

test.each(['/api/events', '/trpc'])(
  'one WebSocket too many of an address (%s) is 429 until another one closes',
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

test('one stream too many of a token is refused, over all its sockets', async () => {
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

test('addresses of one IPv6 network count as one address', async () => {
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
    '3000 calls in one message',
    (call: (id: number) => object) => [
      JSON.stringify(Array.from({ length: 3000 }, (_, id) => call(id))),
    ],
  ],
])('of %s only the allowed number is read', async (_what, messagesOf) => {
  const api = await farm.serve();
  let received = 0;
  api.server.websocketServer.on('connection', (client) => {
    client.on('message', (data) => {
      received += [JSON.parse(String(data))].flat().length;
    });
  });
  const socket = api.socket('ada', '/trpc');
  await once(socket, 'open');
  const closed = once(socket, 'close');
  for (const text of messagesOf((id) => ({ id, method: 'query', params: { path: 'nothing' } })))
    socket.send(text);
  const [code, reason] = await closed;
  expect([code, String(reason)]).toEqual([1013, 'too many messages']);
  expect(received).toBeLessThanOrEqual(FIXED.messages);
  await api.close();
});

test('one tRPC stream too many is refused, and the others go on', async () => {
  const api = await farm.serve({ limits: { streamsPerActor: 2 } });
  const { client, close } = api.trpcSocket('vera');
  const received: string[] = [];
  const follow = (name: string) =>
    client.onJobChange.subscribe(
      {},
      {
        onData: () => received.push(name),
        onError: ({ data }) => received.push(`${name} ${data?.problem.code}`),
      },
    );
  follow('first');
  follow('second');
  await expect.poll(() => [...received].sort()).toEqual(['first', 'second']);
  follow('third');
  await expect.poll(() => received.at(-1)).toBe('third too_many_requests');
  await farm.submit();
  await expect.poll(() => received.slice(3).sort()).toEqual(['first', 'second']);
  await close();
  await api.close();
});

test('a WebSocket that answers no ping is closed with a reason, others are kept', async () => {
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
  const silent = new WebSocket(url, { autoPong: false });
  const [code, reason] = await once(silent, 'close');
  expect([code, String(reason)]).toEqual([1013, 'no answer']);
  await expect.poll(() => pings).toBeGreaterThan(5);
  expect(kept.readyState).toBe(WebSocket.OPEN);
  await closeAll(kept);
  await server.close();
});

async function closeAll(...sockets: WebSocket[]): Promise<void> {
  await Promise.all(
    sockets.map((socket) => {
      socket.close();
      return once(socket, 'close');
    }),
  );
}
