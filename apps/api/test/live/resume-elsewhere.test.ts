/*
 * Two API processes on one database. One is killed while jobs change, and its clients resume on
 * the other with their cursors.
 */
import { once } from 'node:events';
import { setPriority } from '@renderdeck/operations';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { openFarm, type TestFarm } from '../../testing/open-farm.ts';
import { startApi } from '../../testing/start-api.ts';

const CLIENTS = 8;
const CHANGES = 200;
/** Generous: a loaded machine makes the changes slowly. */
const CHANGES_WITHIN_MS = 20_000;
let farm: TestFarm;
beforeAll(async () => {
  farm = await openFarm();
});
afterAll(() => farm.close());

const frame = z.looseObject({
  type: z.string(),
  cursor: z.string(),
  gap: z.boolean().optional(),
  version: z.int().optional(),
});
type Received = { cursor: string; gaps: number; readonly versions: number[] };

async function follow(url: string, received: Received): Promise<WebSocket> {
  const query = received.cursor === '' ? '' : `?cursor=${encodeURIComponent(received.cursor)}`;
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/events${query}`, {
    headers: { authorization: `Bearer ${farm.secretOf('vera')}` },
  });
  socket.on('message', (data) => {
    const { cursor, gap, version } = frame.parse(JSON.parse(String(data)));
    received.cursor = cursor;
    if (gap === true) received.gaps += 1;
    if (version !== undefined) received.versions.push(version);
  });
  await once(socket, 'message');
  return socket;
}

test('the clients of a killed process resume on another one and miss no change', async () => {
  const settings = {
    DATABASE_URL: await farm.database.urlAs('renderdeck_api'),
    RENDERDECK_LOG_LEVEL: 'error',
  };
  const [first, second] = await Promise.all([startApi(settings), startApi(settings)]);
  const { job } = await farm.submit('Moves up and down');
  const clients: Received[] = Array.from({ length: CLIENTS }, () => ({
    cursor: '',
    gaps: 0,
    versions: [],
  }));
  const sockets = await Promise.all(clients.map((received) => follow(first.url, received)));
  const moving = (async () => {
    for (let change = 0; change < CHANGES; change += 1)
      await setPriority(farm.context, {
        id: job.id,
        priority: change % 100,
        expectedVersion: null,
      });
  })();
  await expect
    .poll(() => Math.min(...clients.map(({ versions }) => versions.length)), {
      interval: 1,
      timeout: CHANGES_WITHIN_MS,
    })
    .toBeGreaterThan(CHANGES / 10);
  const gone = Promise.all(sockets.map((socket) => once(socket, 'close')));
  expect(await first.end('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' });
  await gone;
  expect(Math.max(...clients.map(({ versions }) => versions.at(-1) ?? 0))).toBeLessThan(
    1 + CHANGES,
  );
  const again = await Promise.all(clients.map((received) => follow(second.url, received)));
  await moving;
  await expect
    .poll(() => clients.map(({ versions }) => versions.at(-1)), { timeout: CHANGES_WITHIN_MS })
    .toEqual(clients.map(() => 1 + CHANGES));
  for (const { versions, gaps } of clients) {
    expect(gaps).toBe(0);
    expect([...new Set(versions)].sort((a, b) => a - b)).toEqual(
      Array.from({ length: CHANGES }, (_, index) => index + 2),
    );
  }
  for (const socket of again) {
    socket.close();
    await once(socket, 'close');
  }
  expect(await second.end()).toEqual({ code: 0, signal: null });
}, 180_000);
