/*
 * PostgreSQL restarts while streams and requests run. The API recovers by itself, and its streams
 * resume without a gap.
 */
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

/** A fixed address for a PostgreSQL server that restarts on another port. */
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

/** PostgreSQL that can restart, one job, and an API on it. All of them end with the test. */
async function startFarm() {
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
  return {
    api,
    jobId: job.id,
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    async restart(whileDown: () => void) {
      await postgres.stop();
      whileDown();
      const again = await startLocalPostgres({ dataDir: folder.path });
      // The API gets no notification of this change: it does not reach the new server yet.
      const direct = connect(again.url());
      await setPriority(
        { ...context, db: direct.db },
        { id: job.id, priority: 100, expectedVersion: null },
      );
      await direct.close();
      postgres = again;
    },
  };
}

/** Subscribes to job changes. When the socket closes, it subscribes again with its cursor. */
function followChanges(url: string, headers: Record<string, string>) {
  const stream = { cursor: '', gaps: 0, over: false };
  const opened = new Set<WebSocket>();
  const versions = new Set<number>();
  const following = (async () => {
    while (!stream.over) {
      const query = `cursor=${encodeURIComponent(stream.cursor)}`;
      const socket = new WebSocket(`${url.replace('http', 'ws')}/api/events?${query}`, { headers });
      opened.add(socket);
      socket.on('error', () => {});
      socket.on('message', (data) => {
        const next = frame.parse(JSON.parse(String(data)));
        // The first subscription has no cursor, so it starts with a gap.
        if (next.gap === true && stream.cursor !== '') stream.gaps += 1;
        stream.cursor = next.cursor;
        if (next.version !== undefined) versions.add(next.version);
        if (stream.over) socket.close();
      });
      await once(socket, 'close');
    }
  })();
  const cut = () => {
    for (const socket of opened) socket.terminate();
  };
  return { stream, versions, following, cut };
}

test('after a restart requests succeed and a stream resumes with every change', async () => {
  const { api, jobId, headers, restart } = await startFarm();
  const { stream, versions, following, cut } = followChanges(api.url, headers);
  await expect.poll(() => stream.cursor, { timeout: 10_000 }).not.toBe('');

  let priority = 0;
  let last = 0;
  const statuses = new Set<number>();
  const move = async () => {
    priority = (priority + 1) % 100;
    const sent = await fetch(`${api.url}/api/jobs/${jobId}/priority`, {
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
  const restarting = restart(cut).then(() => {
    restarted = true;
  });
  while (!restarted) await move();
  await restarting;
  await expect.poll(move, { timeout: 20_000 }).toBe(true);
  for (let change = 0; change < 50; change += 1) expect(await move()).toBe(true);

  await expect.poll(() => versions.has(last), { timeout: 20_000 }).toBe(true);
  stream.over = true;
  await move();
  await following;
  expect(statuses).toEqual(new Set([200, 503]));
  expect(stream.gaps).toBe(0);
  expect([...versions].filter((version) => version <= last - 1).sort((a, b) => a - b)).toEqual(
    Array.from({ length: last - 2 }, (_, index) => index + 2),
  );
  expect(await api.end()).toEqual({ code: 0, signal: null });
}, 90_000);
