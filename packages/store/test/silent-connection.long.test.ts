/*
 * One connection of a pool becomes silent. Statements that wait on it fail with an error, and all
 * later ones succeed. A slow statement does not count as silent.
 */
import { databaseOfFile } from '@renderdeck/testing';
import { openSql } from '@renderdeck/testing/open-sql';
import { aMoment } from '@renderdeck/testing/race';
import { startSilencingProxy } from '@renderdeck/testing/silence-one';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { connect } from '../src/connect.ts';
import { inTransaction, sqlState } from '../src/index.ts';
import { waitForRow } from './open-test-store.ts';

const SILENT_AFTER_MS = 500;
const database = databaseOfFile();
const server = openSql(database.url, 2);
beforeAll(() => server`create table marks (who text)`);
afterAll(() => server.end());
async function openStore(poolSize = 2) {
  const proxy = await startSilencingProxy(database.url);
  const silentAfterMs = SILENT_AFTER_MS;
  const store = connect(proxy.url, { name: 'silenced', poolSize, silentAfterMs });
  onTestFinished(async () => {
    await store.close();
    await proxy.close();
  });
  return { db: store.db, proxy };
}
const mark = (who: string) => sql`insert into marks values (${who})`;
const failure = async (outcome: Promise<unknown>) =>
  sqlState(await outcome.then(() => null).catch((error: unknown) => error));
const DESTROYED = 'CONNECTION_DESTROYED';
const LOST = /^CONNECTION_(DESTROYED|CLOSED)$/;

it.each(['statement', 'answer'] as const)(
  'if the %s is lost, its caller gets an error, and the next statements succeed',
  async (from) => {
    const { db, proxy } = await openStore();
    await db.execute(sql`select 1`);
    const silent = proxy.silenceAt(`'${from}'`, from);
    const lost = failure(db.execute(sql.raw(`insert into marks values ('${from}')`)));
    await silent;
    // One of these statements may also be sent on the silent connection.
    const others = [1, 2, 3].map((one) => db.execute(sql`select ${one}::int as one`));
    expect(await lost).toBe(DESTROYED);
    await Promise.allSettled(others);
    expect([...(await db.execute(sql`select 2 as two`))]).toEqual([{ two: 2 }]);
    const kept = await server`select who from marks where who = ${from}`;
    expect(kept).toHaveLength(from === 'answer' ? 1 : 0);
  },
);

it.each([
  ['the values of its first statement', 'lost'],
  ['its second statement', 'select 1 as second'],
  ['its COMMIT', 'commit'],
])('a transaction that lost %s ends', async (_what, text) => {
  const { db, proxy } = await openStore();
  await db.execute(sql`select 1`);
  const silent = proxy.silenceAt(text, 'statement');
  const lost = failure(
    inTransaction(db, async (tx) => {
      await tx.execute(mark('lost'));
      await tx.execute(sql.raw('select 1 as second'));
    }),
  );
  await silent;
  expect(await lost).toMatch(LOST);
  await inTransaction(db, (tx) => tx.execute(mark('next')));
  expect([...(await server`select who from marks where who = 'lost'`)]).toEqual([]);
});

it('a statement that is slow or waits for a lock still gets its answer', async () => {
  const { db } = await openStore();
  const held = aMoment();
  const holder = server.begin(async (tx) => {
    await tx`lock table marks`;
    await held.come;
  });
  const slow = db.execute(sql.raw('select pg_sleep(2)'));
  const waiting = db.execute(mark('after the lock'));
  expect([...(await slow)]).toHaveLength(1);
  held.now();
  await holder;
  await waiting;
  expect(await server`select who from marks where who = 'after the lock'`).toHaveLength(1);
});

it('a statement that waits behind a slow one gets its answer', async () => {
  const { db } = await openStore(1);
  const slow = db.execute(sql.raw('select pg_sleep(2)'));
  expect([...(await db.execute(sql`select 3 as three`))]).toEqual([{ three: 3 }]);
  expect([...(await slow)]).toHaveLength(1);
});

it('a slow statement on another connection does not hide a silent one', async () => {
  const { db, proxy } = await openStore();
  await db.execute(sql`select 1`);
  const slow = failure(db.execute(sql.raw('select pg_sleep(600)')));
  await waitForRow(
    () => server`select from pg_stat_activity where datname = current_database()
      and query like '%pg_sleep(600)' and wait_event = 'PgSleep'`,
  );
  const silent = proxy.silenceAt('select 8', 'statement');
  const lost = failure(db.execute(sql.raw('select 8')));
  await silent;
  expect(await lost).toBe(DESTROYED);
  expect(await slow).toMatch(LOST);
  await server`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and wait_event = 'PgSleep'`;
});

it('if PostgreSQL does not answer at all, no caller waits for long', async () => {
  const { db, proxy } = await openStore(1);
  await db.execute(sql`select 1`);
  const silent = proxy.silenceAt('select 7', 'statement');
  const lost = failure(db.execute(sql.raw('select 7')));
  await silent;
  proxy.refuse();
  expect(await lost).toBe(DESTROYED);
});
