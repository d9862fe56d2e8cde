import { setImmediate as nextTurn } from 'node:timers/promises';
import { waitFor } from '@renderdeck/testing';
import { aMoment } from '@renderdeck/testing/race';
import { sql } from 'drizzle-orm';
import postgres from 'postgres';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { connect, type Store } from '../src/connect.ts';
import { inTransaction } from '../src/in-transaction.ts';
import { runTransaction } from '../src/run-transaction.ts';
import { openTestStore, waitForRow } from './open-test-store.ts';

const { database, sql: server } = openTestStore();
const uncaught: unknown[] = [];
const note = (error: unknown) => uncaught.push(error);
let store: Store;

beforeAll(async () => {
  await server`CREATE TABLE marks (who text)`;
});
beforeEach(() => {
  store = connect(database.url, { name: 'under test', poolSize: 16 });
  process.on('uncaughtException', note);
});
afterEach(async () => {
  await store.close();
  process.off('uncaughtException', note);
  expect(uncaught).toEqual([]);
});

const endConnections = (name = 'under test') =>
  server`
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE application_name LIKE ${`${name}%`}`;
/** Resolves when a connection of this name is in pg_sleep. */
const waitForSleep = (name = 'under test') =>
  waitForRow(
    () => server`
      SELECT FROM pg_stat_activity
      WHERE application_name LIKE ${`${name}%`} AND wait_event = 'PgSleep'`,
  );
const marks = async () =>
  (await server<{ who: string }[]>`SELECT who FROM marks`).map(({ who }) => who);
const mark = (who: string) => sql`insert into marks values (${who})`;

it('a transaction that loses its connection in a statement leaves nothing', async () => {
  const lost = inTransaction(store.db, async (tx) => {
    await tx.execute(mark('within a statement'));
    await tx.execute(sql`select pg_sleep(600)`);
  });
  const rejected = expect(lost).rejects.toThrow();
  await waitForSleep();
  await endConnections();
  await rejected;
  await nextTurn();
  expect(await marks()).toEqual([]);
});

it('the next statement of a lost transaction reaches no other session', async () => {
  const [begun, loss] = [aMoment(), aMoment()];
  let answer: unknown = 'nothing';
  const lost = inTransaction(store.db, async (tx) => {
    await tx.execute(mark('before'));
    begun.now();
    await loss.come;
    answer = await tx.execute(mark('after')).catch((error: unknown) => error);
  });
  const rejected = expect(lost).rejects.toThrow();
  await begun.come;
  const others = Array.from({ length: 20 }, () =>
    store.db.execute(sql`select pg_sleep(600)`).catch(() => 'lost'),
  );
  await waitFor(
    async () =>
      (
        await server`
          SELECT 1 FROM pg_stat_activity
          WHERE query LIKE '%pg_sleep(600)%' AND state = 'active'`
      ).length >= 3,
  );
  await endConnections();
  await rejected;
  loss.now();
  await waitFor(() => answer !== 'nothing');
  expect(answer).toBeInstanceOf(Error);
  await store.db.execute(sql`select 1`);
  expect(await marks()).toEqual([]);
  await endConnections();
  await endConnections();
  await Promise.all(others);
});

it('a transaction of statements of postgres.js also ends with its connection', async () => {
  const client = postgres(database.url, {
    max: 1,
    fetch_types: false,
    // A session of an earlier test may still be in pg_sleep.
    connection: { application_name: 'alone' },
  });
  const lost = runTransaction(client, async (_send, tx) => await tx`select pg_sleep(600)`);
  const rejected = expect(lost).rejects.toThrow();
  await waitForSleep('alone');
  await endConnections('alone');
  await rejected;
  await client.end({ timeout: 0 });
  await nextTurn();
});

it('a statement that fails in a transaction rolls it back and keeps the connection', async () => {
  const failed = inTransaction(store.db, async (tx) => {
    await tx.execute(mark('rolled back'));
    await tx.execute(sql`select 1 / 0`);
  });
  await expect(failed).rejects.toThrow();
  expect(await marks()).toEqual([]);
  const [{ open } = { open: null }] = await server<{ open: number | null }[]>`
    SELECT count(*)::int AS open FROM pg_stat_activity
    WHERE application_name LIKE 'under test%' AND state = 'idle'`;
  expect(open).toBe(1);
});

it('a pool whose connections end again and again still answers soon', async () => {
  const { db } = store;
  const slow: number[] = [];
  let going = true;
  const ask = async (statement: string) => {
    const asked = performance.now();
    await db.execute(statement).catch(() => undefined);
    const took = performance.now() - asked;
    // Below the 10 s of a connection that is never answered, and enough for a busy machine.
    if (took > 9000) slow.push(took);
  };
  const askAgain = async () => {
    while (going && slow.length === 0) await ask('select 1');
  };
  const clients = [askAgain(), askAgain()];
  const warm = () => Promise.all(Array.from({ length: 16 }, () => ask('select pg_sleep(0.01)')));
  for (let round = 0; round < 40 && slow.length === 0; round += 1) {
    await warm();
    await endConnections();
  }
  going = false;
  await Promise.all(clients);
  expect(slow).toEqual([]);
  // The first one may begin on a connection of the last round, while that is being lost, and fail.
  const one = () => db.execute(sql`select 1 as one`).catch(String);
  await expect.poll(one).toMatchObject([{ one: 1 }]);
});

it('each statement that waits for the lost connection of a pool of one settles', async () => {
  const single = connect(database.url, { name: 'single', poolSize: 1 });
  const send = (text: string, value: number) =>
    single.db.send(text, [value], { asArrays: false, isKept: false });
  await send('select $1::int as n', 1);
  const all = Promise.allSettled([
    send('select pg_sleep($1::int)', 600),
    ...[1, 2, 3, 4].map((n) => send(`select ${n} + $1::int as n`, n)),
    inTransaction(single.db, async (tx) => await tx.execute(sql`select 1`)),
  ]);
  await waitForSleep('single');
  await endConnections('single');
  const ended = await all;
  expect(ended.map(({ status }) => status)).toContain('rejected');
  expect(await single.db.execute(sql`select 1 as one`)).toEqual([{ one: 1 }]);
  await single.close();
});
