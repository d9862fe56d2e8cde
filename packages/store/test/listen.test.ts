import { createServer, connect as dial, type Socket } from 'node:net';
import { databaseOfFile, waitFor } from '@renderdeck/testing';
import { holdOpen } from '@renderdeck/testing/race';
import { sql } from 'drizzle-orm';
import postgres from 'postgres';
import { afterAll, afterEach, expect, it } from 'vitest';
import { connect } from '../src/connect.ts';
import { notify } from '../src/index.ts';
import { type Listener, startListener } from '../src/listen.ts';

const database = databaseOfFile();
const store = connect(database.url, { name: 'sender' });
const server = postgres(database.url, { max: 1, onnotice: () => undefined });
const listeners: Listener[] = [];
const errors: unknown[] = [];
const listen = (url = database.url, heartbeatMs?: number) => {
  const listener = startListener(url, {
    name: 'listener under test',
    onError: (error) => errors.push(error),
    ...(heartbeatMs === undefined ? {} : { heartbeatMs }),
  });
  listeners.push(listener);
  return listener;
};

afterEach(async () => {
  await Promise.all(listeners.splice(0).map((listener) => listener.close()));
  errors.length = 0;
});
afterAll(async () => {
  await store.close();
  await server.end();
});

it('a notification arrives once and only when its transaction commits', async () => {
  const received: string[] = [];
  await listen().subscribe('jobs', (payload) => received.push(payload));
  const held = await holdOpen(store.db, async (tx) => {
    await notify(tx, 'jobs', 'a');
    await notify(tx, 'jobs', 'a');
    await notify(tx, 'jobs', 'b');
  });
  const undone = await holdOpen(store.db, (tx) => notify(tx, 'jobs', 'undone'));
  await undone.rollBack();
  await notify(store.db, 'jobs', 'first');
  await waitFor(() => received.length > 0);
  expect(received).toEqual(['first']);
  await held.commit();
  await notify(store.db, 'jobs', 'last');
  await waitFor(() => received.includes('last'));
  expect(received).toEqual(['first', 'a', 'b', 'last']);
});

it('a notification reaches all subscriptions of its channel and no other', async () => {
  const received: string[] = [];
  const listener = listen();
  await listener.subscribe('one', (payload) => received.push(`one ${payload}`));
  await listener.subscribe('one', (payload) => received.push(`also one ${payload}`));
  await listener.subscribe('other', (payload) => received.push(`other ${payload}`));
  await notify(store.db, 'one', 'x');
  await notify(store.db, 'other', 'y');
  await waitFor(() => received.length === 3);
  expect(received).toEqual(['one x', 'also one x', 'other y']);
});

it('onReconnect is called after the first connect and after each reconnect', async () => {
  let resyncs = 0;
  const received: string[] = [];
  const listener = listen();
  await listener.subscribe(
    'jobs',
    (payload) => received.push(payload),
    () => {
      resyncs += 1;
    },
  );
  expect([resyncs, listener.reconnects(), listener.alive()]).toEqual([1, 0, true]);
  for (let loss = 1; loss <= 3; loss += 1) {
    await server`
      select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'listener under test'`;
    await waitFor(() => resyncs === 1 + loss && listener.reconnects() === loss);
    await notify(store.db, 'jobs', `after ${loss}`);
    await waitFor(() => received.includes(`after ${loss}`));
  }
  expect(received).toEqual(['after 1', 'after 2', 'after 3']);
});

it('it is not alive from the loss of its connection until it is subscribed again', async () => {
  const proxy = await aProxy();
  // No heartbeat comes during this test, so only the loss itself can be noticed.
  const listener = listen(proxy.url, 600_000);
  const seen: boolean[] = [];
  await listener.subscribe(
    'jobs',
    () => {},
    () => seen.push(listener.alive()),
  );
  await listener.subscribe('access', () => {});
  expect(listener.alive()).toBe(true);
  proxy.refuse(true);
  proxy.drop();
  await waitFor(() => !listener.alive(), { everyMs: 1 });
  proxy.refuse(false);
  await waitFor(() => listener.alive());
  // The listener must not be trusted before the missed changes have been read.
  expect(seen).toEqual([false, false]);
  await listener.close();
  await proxy.close();
});

it('a half-open connection is noticed by the heartbeat and replaced', async () => {
  const proxy = await aProxy();
  let resyncs = 0;
  const received: string[] = [];
  // On a busy machine a heartbeat may be late, and then it counts as lost.
  const listener = listen(proxy.url, 500);
  await listener.subscribe(
    'jobs',
    (payload) => received.push(payload),
    () => {
      resyncs += 1;
    },
  );
  await waitFor(() => listener.alive());
  proxy.freeze();
  await notify(store.db, 'jobs', 'lost on the way');
  await waitFor(() => !listener.alive(), { everyMs: 1 });
  await waitFor(() => resyncs > 1 && listener.alive());
  await notify(store.db, 'jobs', 'received again');
  await waitFor(() => received.includes('received again'));
  expect(received).toEqual(['received again']);
  await listener.close();
  await proxy.close();
});

it('without a server it reports an error, and it subscribes when the server is there', async () => {
  const proxy = await aProxy();
  proxy.refuse(true);
  const received: string[] = [];
  const listener = listen(proxy.url, 50);
  const listening = listener
    .subscribe('jobs', (payload) => received.push(payload))
    .catch((error: unknown) => error);
  await waitFor(() => errors.length > 0);
  expect(listener.alive()).toBe(false);
  proxy.refuse(false);
  await waitFor(async () => {
    await notify(store.db, 'jobs', 'here');
    return received.includes('here');
  });
  await listening;
  await waitFor(() => listener.alive());
  await listener.close();
  await proxy.close();
});

it('a closed listener receives nothing more and leaves no connection', async () => {
  const listener = listen();
  await listener.subscribe('jobs', () => expect.unreachable());
  await listener.close();
  await notify(store.db, 'jobs', 'late');
  await waitFor(
    async () =>
      (
        await store.db.execute(
          sql`select 1 from pg_stat_activity
            where application_name = 'listener under test' and datname = current_database()`,
        )
      ).length === 0,
  );
});

/** A proxy to the server that can freeze or drop its connections, or refuse new ones. */
async function aProxy(): Promise<{
  url: string;
  freeze(): void;
  drop(): void;
  refuse(refuses: boolean): void;
  close(): Promise<void>;
}> {
  const target = new URL(database.url);
  const open = new Set<Socket>();
  let refuses = false;
  const proxy = createServer((near) => {
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
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const address = proxy.address();
  const url = new URL(database.url);
  url.port = String(typeof address === 'object' ? address?.port : '');
  return {
    url: url.href,
    freeze() {
      for (const socket of open) socket.unpipe();
    },
    drop() {
      for (const socket of open) socket.destroy();
    },
    refuse(now) {
      refuses = now;
    },
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}
