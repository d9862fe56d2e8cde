import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { TLSSocket } from 'node:tls';
import { expect, it } from 'vitest';
import { openClient } from '../src/open-client.ts';

/** Longer than the longest pause of postgres.js before it reconnects. */
const LONGEST_PAUSE_MS = 1200;

it('a client that ended while it waited to reconnect never connects again', async () => {
  let connections = 0;
  // Refuses each connection, like a server that is starting.
  const server = createServer((socket) => {
    connections += 1;
    socket.on('error', () => undefined).resetAndDestroy();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const { port } = address;
  /** How many connections the client has made: one of our own comes after all of them. */
  const count = async () => {
    await new Promise((resolve) =>
      connect(port, '127.0.0.1')
        .on('error', () => undefined)
        .on('close', resolve),
    );
    connections -= 1;
    return connections;
  };
  const url = `postgres://nobody@127.0.0.1:${port}/none`;
  const client = openClient(url, { name: 'ends', size: 1 });
  for (let tries = 0; tries < 6; tries += 1) await expect(client.sql`select 1`).rejects.toThrow();
  const waiting = expect(client.sql`select 1`).rejects.toThrow();
  // The statement waits for the connection, and the connection waits for its pause.
  await nextTurn();
  await client.end(0);
  const before = await count();
  await waiting;
  await delay(LONGEST_PAUSE_MS);
  expect(await count()).toBe(before);
  server.close();
});

it('a server that ends each connection without a word fails each statement', async () => {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.on('error', () => undefined).once('data', () => socket.end());
  }).listen(0);
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const client = openClient(`postgres://u:p@127.0.0.1:${port}/farm`, { name: 'no word', size: 1 });
  for (let tries = 1; tries <= 3; tries += 1) {
    await expect(client.sql`select 1`).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(connections).toBe(tries);
  }
  await client.end(0);
  server.close();
});

it('a connection that fails at once fails its statement and nothing else', async () => {
  const uncaught: unknown[] = [];
  const note = (error: unknown) => uncaught.push(error);
  process.on('uncaughtException', note);
  // A network that cannot be reached: the system refuses the connection at once.
  const client = openClient('postgres://u:p@255.255.255.255:5432/farm', {
    name: 'no network',
    size: 1,
  });
  for (let times = 0; times < 2; times += 1)
    await expect(client.sql`select 1`).rejects.toMatchObject({ syscall: 'connect' });
  await client.end(0);
  process.off('uncaughtException', note);
  expect(uncaught).toEqual([]);
});

it('over TLS the client sends the name of the server, which verify-full compares', async () => {
  let learn: (name: string) => void = () => {};
  const asked = new Promise<string>((resolve) => {
    learn = resolve;
  });
  const server = createServer((socket) => {
    socket
      .on('error', () => {})
      .once('data', () => {
        socket.write('S');
        new TLSSocket(socket, {
          isServer: true,
          SNICallback: (name, answer) => {
            learn(name);
            answer(new Error('this server has no certificate'));
          },
        }).on('error', () => {});
      });
  }).listen(0);
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const client = openClient(`postgres://u:p@localhost:${port}/farm?sslmode=verify-full`, {
    name: 'tls test',
    size: 1,
  });
  const failed = client.sql`select 1`.catch(() => 'failed');
  expect(await asked).toBe('localhost');
  expect(await failed).toBe('failed');
  await client.end(0);
  server.close();
});

it('the end of a connection is reported over TLS, too', async () => {
  const server = createServer((socket) => {
    socket
      .on('error', () => {})
      .once('data', () => {
        socket.write('S');
        // The next bytes of the client are the start of its TLS handshake.
        socket.once('data', () => socket.destroy());
      });
  }).listen(0);
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  let told = 0;
  const client = openClient(`postgres://u:p@localhost:${port}/farm?sslmode=require`, {
    name: 'tls end test',
    size: 1,
    onDisconnect: () => {
      told += 1;
    },
  });
  await expect(client.sql`select 1`).rejects.toThrow();
  await expect.poll(() => told).toBe(1);
  await client.end(0);
  server.close();
});
