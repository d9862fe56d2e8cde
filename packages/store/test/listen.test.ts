import { waitFor } from '@renderdeck/testing';
import { openFixedAddress } from '@renderdeck/testing/fixed-address';
import { holdOpen } from '@renderdeck/testing/race';
import { afterEach, expect, it, onTestFinished } from 'vitest';
import { notify } from '../src/index.ts';
import { type Listener, startListener } from '../src/listen.ts';
import { openTestStore } from './open-test-store.ts';

const { database, db, sql } = openTestStore();
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

it('a notification arrives once and only when its transaction commits', async () => {
  const received: string[] = [];
  await listen().subscribe('jobs', (payload) => received.push(payload));
  const held = await holdOpen(db, async (tx) => {
    await notify(tx, 'jobs', 'a');
    await notify(tx, 'jobs', 'a');
    await notify(tx, 'jobs', 'b');
  });
  const undone = await holdOpen(db, (tx) => notify(tx, 'jobs', 'undone'));
  await undone.rollBack();
  await notify(db, 'jobs', 'first');
  await waitFor(() => received.length > 0);
  expect(received).toEqual(['first']);
  await held.commit();
  await notify(db, 'jobs', 'last');
  await waitFor(() => received.includes('last'));
  expect(received).toEqual(['first', 'a', 'b', 'last']);
});

it('a notification reaches all subscriptions of its channel and no other', async () => {
  const received: string[] = [];
  const listener = listen();
  await listener.subscribe('one', (payload) => received.push(`one ${payload}`));
  await listener.subscribe('one', (payload) => received.push(`also one ${payload}`));
  await listener.subscribe('other', (payload) => received.push(`other ${payload}`));
  await notify(db, 'one', 'x');
  await notify(db, 'other', 'y');
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
    await sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'listener under test'`;
    await waitFor(() => resyncs === 1 + loss && listener.reconnects() === loss);
    await notify(db, 'jobs', `after ${loss}`);
    await waitFor(() => received.includes(`after ${loss}`));
  }
  expect(received).toEqual(['after 1', 'after 2', 'after 3']);
});

it('it is not alive from the loss of its connection until it is subscribed again', async () => {
  const proxy = await aProxy();
  // No heartbeat comes during this test, so only the loss itself can be noticed.
  const listener = listen(proxy.through(database.url), 600_000);
  const seen: boolean[] = [];
  await listener.subscribe(
    'jobs',
    () => {},
    () => seen.push(listener.alive()),
  );
  await listener.subscribe('access', () => {});
  expect(listener.alive()).toBe(true);
  proxy.switchTo(null);
  await waitFor(() => !listener.alive(), { everyMs: 1 });
  proxy.switchTo(database.url);
  await waitFor(() => listener.alive());
  // The listener must not be trusted before the missed changes have been read.
  expect(seen).toEqual([false, false]);
});

it('a half-open connection is noticed by the heartbeat and replaced', async () => {
  const proxy = await aProxy();
  let resyncs = 0;
  const received: string[] = [];
  // On a busy machine a heartbeat may be late, and then it counts as lost.
  const listener = listen(proxy.through(database.url), 500);
  await listener.subscribe(
    'jobs',
    (payload) => received.push(payload),
    () => {
      resyncs += 1;
    },
  );
  await waitFor(() => listener.alive());
  proxy.freeze();
  await notify(db, 'jobs', 'lost on the way');
  await waitFor(() => !listener.alive(), { everyMs: 1 });
  await waitFor(() => resyncs > 1 && listener.alive());
  await notify(db, 'jobs', 'received again');
  await waitFor(() => received.includes('received again'));
  expect(received).toEqual(['received again']);
});

it('without a server it reports an error, and it subscribes when the server is there', async () => {
  const proxy = await aProxy();
  proxy.switchTo(null);
  const received: string[] = [];
  const listener = listen(proxy.through(database.url), 50);
  const listening = listener
    .subscribe('jobs', (payload) => received.push(payload))
    .catch((error: unknown) => error);
  await waitFor(() => errors.length > 0);
  expect(listener.alive()).toBe(false);
  proxy.switchTo(database.url);
  await waitFor(async () => {
    await notify(db, 'jobs', 'here');
    return received.includes('here');
  });
  await listening;
  await waitFor(() => listener.alive());
});

it('a closed listener receives nothing more and leaves no connection', async () => {
  const listener = listen();
  await listener.subscribe('jobs', () => expect.unreachable());
  await listener.close();
  await notify(db, 'jobs', 'late');
  const left = () => sql`select from pg_stat_activity
    where application_name = 'listener under test' and datname = current_database()`;
  await waitFor(async () => (await left()).length === 0);
});

/** An address at which the server answers, or nobody does. */
async function aProxy() {
  const proxy = await openFixedAddress(database.url);
  onTestFinished(async () => {
    await Promise.all(listeners.splice(0).map((listener) => listener.close()));
    await proxy.close();
  });
  return proxy;
}
