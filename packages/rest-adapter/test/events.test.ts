import { once } from 'node:events';
import { refuse } from '@renderdeck/contract';
import { afterEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { expectProblem, NOW, type RestServer, serveRest } from './serve-rest.ts';

const servers: RestServer[] = [];
afterEach(async () => {
  for (const { server } of servers.splice(0)) await server.close();
});

/** A server that listens; its address as a WebSocket takes it. */
async function listen(): Promise<RestServer & { url: string }> {
  const rest = serveRest();
  servers.push(rest);
  const url = await rest.server.listen({ host: '127.0.0.1', port: 0 });
  return { ...rest, url: `${url.replace('http', 'ws')}/api/events` };
}

/** A connection with the frames that have come, and a way to wait for the next ones. */
function open(url: string, credential: string | null) {
  const socket = new WebSocket(url, {
    headers: credential === null ? {} : { authorization: `Bearer ${credential}` },
  });
  const frames: Record<string, unknown>[] = [];
  socket.on('message', (data) => frames.push(JSON.parse(String(data))));
  return {
    socket,
    async take(count: number): Promise<Record<string, unknown>[]> {
      while (frames.length < count) await once(socket, 'message');
      return frames.splice(0, count);
    },
  };
}

/** The HTTP status with which the upgrade was refused. */
async function refusalOf(url: string, credential: string | null): Promise<number | undefined> {
  const { socket } = open(url, credential);
  const [, response] = await once(socket, 'unexpected-response');
  response.resume();
  return response.statusCode;
}

test('one JSON text frame per change, after a first one that carries the clock and the cursor', async () => {
  const { fake, url } = await listen();
  const { socket, take } = open(url, fake.signIn('vera'));
  expect(await take(1)).toEqual([{ type: 'alive', cursor: '0', at: NOW, gap: false }]);
  const job = fake.farm.submit('Intro', 'sam');
  expect(await take(1)).toEqual([
    {
      type: 'change',
      cursor: '1',
      at: NOW,
      event: 'submit',
      previousStatus: null,
      actor: 'sam',
      version: 1,
      job,
    },
  ]);
  const running = fake.farm.claimNext();
  expect(await take(1)).toEqual([
    {
      type: 'change',
      cursor: '2',
      at: NOW,
      event: 'claim',
      previousStatus: 'QUEUED',
      actor: 'render-01',
      version: 2,
      job: running,
    },
  ]);
  fake.farm.progress(job.id, 40);
  expect(await take(1)).toEqual([
    { type: 'progress', cursor: '3', at: NOW, jobs: [{ id: job.id, progress: 40 }] },
  ]);
  socket.close();
});

test('?cursor= resumes after that frame: nothing is missed, nothing comes twice', async () => {
  const { fake, url } = await listen();
  fake.farm.submit('one', 'sam');
  fake.farm.submit('two', 'sam');
  const { socket, take } = open(`${url}?cursor=1`, fake.signIn('vera'));
  expect(await take(2)).toMatchObject([
    { type: 'alive', cursor: '1', gap: false },
    { type: 'change', cursor: '2', job: { name: 'two' } },
  ]);
  socket.close();
});

test('a cursor that is no longer kept is told as a gap', async () => {
  const { fake, url } = await listen();
  const { socket, take } = open(`${url}?cursor=999`, fake.signIn('vera'));
  expect(await take(1)).toMatchObject([{ type: 'alive', gap: true }]);
  socket.close();
});

test('without a session the upgrade is refused with 401, with a bad cursor with 400', async () => {
  const { fake, url } = await listen();
  expect(await refusalOf(url, null)).toBe(401);
  expect(await refusalOf(`${url}?cursor=${'x'.repeat(5001)}`, fake.signIn('vera'))).toBe(400);
});

test('asked without an upgrade, the address says what it speaks; a stranger learns nothing', async () => {
  const { send } = serveRest();
  const detail = 'This address speaks WebSocket; connect with ws:// or wss://.';
  expectProblem(await send('vera', 'GET', '/api/events'), 400, 'invalid_input', { detail });
  expectProblem(await send(null, 'GET', '/api/events'), 401, 'unauthenticated');
});

test('a session that ends closes the connection with 1008 and the code; the next change is not shown', async () => {
  const { fake, url } = await listen();
  const session = fake.signIn('vera');
  const { socket, take } = open(url, session);
  await take(1);
  await fake.port.logout(
    { actor: { kind: 'system', name: 'test' }, channel: 'rest', address: null, requestId: null },
    { sessionId: session },
  );
  const messages: unknown[] = [];
  socket.on('message', (data) => messages.push(data));
  fake.farm.submit('secret', 'sam');
  const [code, reason] = await once(socket, 'close');
  expect([code, String(reason), messages]).toEqual([1008, 'unauthenticated', []]);
});

test('a stream that fails closes with 1011 and tells nothing of the failure; a refusal with 1008 and its code', async () => {
  const { fake, url } = await listen();
  for (const [error, closed] of [
    [new Error('select secret'), [1011, 'internal']],
    [refuse('unavailable'), [1008, 'unavailable']],
  ] as const) {
    fake.failNext('onJobChange', error);
    const { socket } = open(url, fake.signIn('vera'));
    const [code, reason] = await once(socket, 'close');
    expect([code, String(reason)]).toEqual(closed);
  }
});

test('a stream that the server ends closes with 1001: connect again', async () => {
  const { fake, url } = await listen();
  const { socket, take } = open(url, fake.signIn('vera'));
  await take(1);
  fake.farm.signal.stop();
  expect((await once(socket, 'close'))[0]).toBe(1001);
});

test('a client that goes away ends its stream on the server', async () => {
  const { fake, url } = await listen();
  const { socket, take } = open(url, fake.signIn('vera'));
  await take(1);
  await fake.farm.signal.until(() => fake.farm.signal.followers() === 1);
  socket.terminate();
  await fake.farm.signal.until(() => fake.farm.signal.followers() === 0);
});
