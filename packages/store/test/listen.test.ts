import { createServer, connect as dial, type Socket } from 'node:net';
import { testDatabase, waitFor } from '@renderdeck/testing';
import { holdOpen } from '@renderdeck/testing/race';
import { sql } from 'drizzle-orm';
import postgres from 'postgres';
import { afterAll, afterEach, expect, it } from 'vitest';
import { connect } from '../src/connect.ts';
import { notify } from '../src/index.ts';
import { type Listener, startListener } from '../src/listen.ts';

const database = await testDatabase();
const store = connect(database.url, { name: 'sender' });
const server = postgres(database.url, { max: 1, onnotice: () => undefined });
const listeners: Listener[] = [];
const troubles: unknown[] = [];
const listen = (url = database.url, heartbeatMs?: number) => {
  const listener = startListener(url, 'hearer', (error) => troubles.push(error), heartbeatMs);
  listeners.push(listener);
  return listener;
};

afterEach(async () => {
  await Promise.all(listeners.splice(0).map((listener) => listener.close()));
  troubles.length = 0;
});
afterAll(async () => {
  await store.close();
  await server.end();
  await database.drop();
});

it('a wake comes when its transaction commits, once however often it was sent, and never when it is rolled back', async () => {
  const heard: string[] = [];
  await listen().subscribe('jobs', (payload) => heard.push(payload));
  const held = await holdOpen(store.db, async (tx) => {
    await notify(tx, 'jobs', 'a');
    await notify(tx, 'jobs', 'a');
    await notify(tx, 'jobs', 'b');
  });
  const undone = await holdOpen(store.db, (tx) => notify(tx, 'jobs', 'undone'));
  await undone.rollBack();
  await notify(store.db, 'jobs', 'first');
  await waitFor(() => heard.length > 0);
  expect(heard).toEqual(['first']);
  await held.commit();
  await notify(store.db, 'jobs', 'last');
  await waitFor(() => heard.includes('last'));
  expect(heard).toEqual(['first', 'a', 'b', 'last']);
});

it('a channel is heard by all its hearers, and by nobody else', async () => {
  const heard: string[] = [];
  const listener = listen();
  await listener.subscribe('one', (payload) => heard.push(`one ${payload}`));
  await listener.subscribe('one', (payload) => heard.push(`also one ${payload}`));
  await listener.subscribe('other', (payload) => heard.push(`other ${payload}`));
  await notify(store.db, 'one', 'x');
  await notify(store.db, 'other', 'y');
  await waitFor(() => heard.length === 3);
  expect(heard).toEqual(['one x', 'also one x', 'other y']);
});

it('a hearer is told to read everything when it is first heard, and again whenever the connection was made anew', async () => {
  let resyncs = 0;
  const heard: string[] = [];
  const listener = listen();
  await listener.subscribe(
    'jobs',
    (payload) => heard.push(payload),
    () => {
      resyncs += 1;
    },
  );
  expect([resyncs, listener.reconnects(), listener.alive()]).toEqual([1, 0, true]);
  for (let loss = 1; loss <= 3; loss += 1) {
    await server`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'hearer'`;
    await waitFor(() => resyncs === 1 + loss && listener.reconnects() === loss);
    await notify(store.db, 'jobs', `after ${loss}`);
    await waitFor(() => heard.includes(`after ${loss}`));
  }
  expect(heard).toEqual(['after 1', 'after 2', 'after 3']);
});

it('a connection that hears nothing more, without an end, is noticed by its heartbeat and made anew', async () => {
  const path = await aPath();
  let resyncs = 0;
  const heard: string[] = [];
  const listener = listen(path.url, 50);
  await listener.subscribe(
    'jobs',
    (payload) => heard.push(payload),
    () => {
      resyncs += 1;
    },
  );
  expect(listener.alive()).toBe(true);
  path.freeze();
  await notify(store.db, 'jobs', 'lost on the way');
  await waitFor(() => !listener.alive(), { everyMs: 1 });
  await waitFor(() => resyncs > 1 && listener.alive());
  await notify(store.db, 'jobs', 'heard again');
  await waitFor(() => heard.includes('heard again'));
  expect(heard).toEqual(['heard again']);
  await listener.close();
  await path.close();
});

it('while there is no server it is not alive, says why, and hears once there is one', async () => {
  const path = await aPath();
  path.refuse(true);
  const heard: string[] = [];
  const listener = listen(path.url, 50);
  const listening = listener
    .subscribe('jobs', (payload) => heard.push(payload))
    .catch((error: unknown) => error);
  await waitFor(() => troubles.length > 0);
  expect(listener.alive()).toBe(false);
  path.refuse(false);
  await waitFor(async () => {
    await notify(store.db, 'jobs', 'here');
    return heard.includes('here');
  });
  await listening;
  await waitFor(() => listener.alive());
  await listener.close();
  await path.close();
});

it('a listener that is closed hears nothing more and leaves no connection', async () => {
  const listener = listen();
  await listener.subscribe('jobs', () => expect.unreachable());
  await listener.close();
  await notify(store.db, 'jobs', 'late');
  await waitFor(
    async () =>
      (
        await store.db.execute(
          sql`select 1 from pg_stat_activity where application_name = 'hearer' and datname = current_database()`,
        )
      ).length === 0,
  );
});

/** A way to the server that can go silent without ending, or refuse. */
async function aPath(): Promise<{
  url: string;
  freeze(): void;
  refuse(refuses: boolean): void;
  close(): Promise<void>;
}> {
  const target = new URL(database.url);
  const open = new Set<Socket>();
  let refuses = false;
  const path = createServer((near) => {
    if (refuses) {
      near.destroy();
      return;
    }
    const far = dial(Number(target.port), target.hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
      from.pipe(to);
    }
  });
  await new Promise<void>((resolve) => path.listen(0, '127.0.0.1', resolve));
  const address = path.address();
  const url = new URL(database.url);
  url.port = String(typeof address === 'object' ? address?.port : '');
  return {
    url: url.href,
    freeze() {
      for (const socket of open) socket.unpipe();
    },
    refuse(now) {
      refuses = now;
    },
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => path.close(resolve));
    },
  };
}
