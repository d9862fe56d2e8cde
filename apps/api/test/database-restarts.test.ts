/* PostgreSQL is restarted while streams and requests run: the API comes back by itself, and its streams resume without a gap. */

import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, connect as dial, type Socket } from 'node:net';
import { startLocalPostgres } from '@renderdeck/local-postgres';
import { createToken, setPriority, submitJob } from '@renderdeck/operations';
import { expectDone } from '@renderdeck/operations/testing';
import { connect, migrate } from '@renderdeck/store/connect';
import { temporaryFolder } from '@renderdeck/testing';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { startApi } from '../testing/start-api.ts';
import { NEXRENDER_JOB } from './serve-api.ts';

const requestContext = {
  actor: { kind: 'system', name: 'test' },
  channel: 'test',
  address: null,
  requestId: null,
} as const;
const answer = z.object({ receipt: z.object({ version: z.int() }) });
const frame = z.looseObject({
  cursor: z.string(),
  gap: z.boolean().optional(),
  version: z.int().optional(),
});

/** A fixed address for a server that comes back on another port. */
async function layRelay(far: () => number) {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const beyond = dial(far(), '127.0.0.1');
    for (const [one, other] of [
      [near, beyond],
      [beyond, near],
    ] as const) {
      sockets.add(one);
      one.on('error', () => {}).on('close', () => other.destroy());
      one.pipe(other);
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  };
  return { port: typeof address === 'object' ? String(address?.port) : '', close };
}

test('requests are served again and a stream that comes with its cursor has every change, with no help', async () => {
  const folder = await temporaryFolder('restarts');
  onTestFinished(() => folder.remove());
  let postgres = await startLocalPostgres({ dataDir: folder.path });
  onTestFinished(() => postgres.stop());
  const relay = await layRelay(() => Number(new URL(postgres.url()).port));
  onTestFinished(relay.close);
  const url = Object.assign(new URL(postgres.url()), { port: relay.port }).href;
  await migrate(url);
  const store = connect(url);
  const context = { db: store.db, requestContext, newId: randomUUID };
  const { secret } = expectDone(
    await createToken(context, { name: 'bot', role: 'admin', expiresInDays: null }),
  );
  const submission = { name: 'Moves', priority: 50, nexrenderJob: NEXRENDER_JOB };
  const { job } = expectDone(await submitJob(context, submission)).view;
  await store.close();
  const api = await startApi({
    DATABASE_URL: url,
    RENDERDECK_LOG_LEVEL: 'silent',
    RENDERDECK_ADMIN_PASSWORD: 'an honest long password',
  });
  onTestFinished(async () => void (await api.end()));
  const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };

  let cursor = '';
  let gaps = 0;
  let over = false;
  const opened = new Set<WebSocket>();
  const versions = new Set<number>();
  const following = (async () => {
    while (!over) {
      const socket = new WebSocket(
        `${api.url.replace('http', 'ws')}/api/events?cursor=${encodeURIComponent(cursor)}`,
        { headers },
      );
      opened.add(socket);
      socket.on('error', () => {});
      socket.on('message', (data) => {
        const next = frame.parse(JSON.parse(String(data)));
        // The first has no cursor to come with.
        if (next.gap === true && cursor !== '') gaps += 1;
        cursor = next.cursor;
        if (next.version !== undefined) versions.add(next.version);
        if (over) socket.close();
      });
      await once(socket, 'close');
    }
  })();
  await expect.poll(() => cursor, { timeout: 10_000 }).not.toBe('');

  let priority = 0;
  let last = 0;
  const statuses = new Set<number>();
  const move = async () => {
    priority = (priority + 1) % 100;
    const sent = await fetch(`${api.url}/api/jobs/${job.id}/priority`, {
      method: 'PATCH',
      headers,
      body: JSON.stringify({ priority }),
    });
    statuses.add(sent.status);
    if (sent.ok) last = answer.parse(await sent.json()).receipt.version;
    else await sent.text();
    return sent.ok;
  };
  for (let change = 0; change < 50; change += 1) expect(await move()).toBe(true);
  let restarted = false;
  const restarting = (async () => {
    await postgres.stop();
    for (const socket of opened) socket.terminate();
    const again = await startLocalPostgres({ dataDir: folder.path });
    // A change that the API cannot have heard of: it does not reach the new server yet.
    const elsewhere = connect(again.url());
    await setPriority(
      { ...context, db: elsewhere.db },
      { id: job.id, priority: 100, expectedVersion: null },
    );
    await elsewhere.close();
    postgres = again;
    restarted = true;
  })();
  while (!restarted) await move();
  await restarting;
  await expect.poll(move, { timeout: 20_000 }).toBe(true);
  for (let change = 0; change < 50; change += 1) expect(await move()).toBe(true);

  await expect.poll(() => versions.has(last), { timeout: 20_000 }).toBe(true);
  over = true;
  await move();
  await following;
  expect(statuses).toEqual(new Set([200, 503]));
  expect(gaps).toBe(0);
  expect([...versions].filter((version) => version <= last - 1).sort((a, b) => a - b)).toEqual(
    Array.from({ length: last - 2 }, (_, index) => index + 2),
  );
  expect(await api.end()).toEqual({ code: 0, signal: null });
}, 90_000);
