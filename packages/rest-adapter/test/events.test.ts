import { once } from 'node:events';
import { refuse } from '@renderdeck/contract';
import { afterEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type RestServer, serveRest } from './serve-rest.ts';

const servers: RestServer[] = [];
afterEach(async () => {
  for (const { server } of servers.splice(0)) await server.close();
});

/** A server that listens, with its address for a WebSocket. */
async function listen(): Promise<RestServer & { url: string }> {
  const rest = serveRest();
  servers.push(rest);
  const url = await rest.server.listen({ host: '127.0.0.1', port: 0 });
  return { ...rest, url: `${url.replace('http', 'ws')}/api/events` };
}

/** A connection with the frames that have arrived, and a way to wait for the next frames. */
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

test('a failed stream closes with 1011 only; a refusal with 1008 and its code', async () => {
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

test('a stream that the server ends closes with 1001, so the client connects again', async () => {
  const { fake, url } = await listen();
  const { socket, take } = open(url, fake.signIn('vera'));
  await take(1);
  fake.farm.signal.stop();
  expect((await once(socket, 'close'))[0]).toBe(1001);
});

test('a frame of a change is the JSON of its type, cursor, change and number', async () => {
  const { fake, url } = await listen();
  const socket = new WebSocket(url, {
    headers: { authorization: `Bearer ${fake.signIn('vera')}` },
  });
  await once(socket, 'message');
  fake.farm.submit('Größe "changes":[] {}', 'sam');
  const text = String((await once(socket, 'message'))[0]);
  const { type, cursor, seq, ...change } = JSON.parse(text);
  expect([type, typeof cursor, seq]).toEqual(['change', 'string', 2]);
  expect(change).toMatchObject({ event: 'submit', job: { name: 'Größe "changes":[] {}' } });
  expect(text).toBe(JSON.stringify({ type, cursor, ...change, seq }));
});

test('a client that goes away ends its stream on the server', async () => {
  const { fake, url } = await listen();
  const { socket, take } = open(url, fake.signIn('vera'));
  await take(1);
  await fake.farm.signal.until(() => fake.farm.signal.followers() === 1);
  socket.terminate();
  await fake.farm.signal.until(() => fake.farm.signal.followers() === 0);
});
