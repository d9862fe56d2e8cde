/* Bounds that PostgreSQL enforces for a transaction, even if its program is gone. */
import { waitFor } from '@renderdeck/testing';
import { sql } from 'drizzle-orm';
import { expect, it, onTestFinished } from 'vitest';
import { type ConnectOptions, connect, type Database } from '../src/connect.ts';
import { inSnapshot, inTransaction, sqlState } from '../src/index.ts';
import { setBounds } from '../src/transaction-bounds.ts';
import { openTestStore } from './open-test-store.ts';

const { database, sql: server } = openTestStore();
function openStore(options: ConnectOptions = {}) {
  const store = connect(database.url, { name: 'bounded', poolSize: 1, ...options });
  onTestFinished(store.close);
  return store;
}
const read = async (tx: Database) => [
  ...(await tx.execute(sql`
    select current_setting('idle_in_transaction_session_timeout') as idle,
      current_setting('lock_timeout') as wait, current_setting('transaction_timeout') as whole`)),
];

it('the bounds begin and end with the transaction', async () => {
  const { db } = openStore();
  const none = { idle: '0', wait: '0', whole: '0' };
  // The first transaction begins before the version of the server is known.
  for (let times = 0; times < 2; times += 1) {
    const bounds = { mostWaitMs: 7000 };
    expect(await inTransaction(db, read, bounds)).toEqual([
      { idle: '10s', wait: '7s', whole: '17s' },
    ]);
    expect(await read(db)).toEqual([none]);
  }
  const changing = { ...none, idle: '10s', whole: '2min' };
  expect(await inTransaction(db, read)).toEqual([changing]);
  // The first transaction of a pool asks the server for its version.
  expect(await inTransaction(openStore().db, read)).toEqual([changing]);
});

it('a transaction that only reads may take long', async () => {
  const { db } = openStore();
  expect(await inSnapshot(db, read)).toEqual([{ idle: '10s', wait: '0', whole: '0' }]);
});

it('a server before version 17 gets no setting that it does not know', () => {
  for (const bounds of [{}, { mostWaitMs: 1 }]) {
    expect(setBounds(bounds, '16.9 (Debian)')).not.toContain('transaction_timeout');
    expect(setBounds(bounds, '17.1')).toContain('transaction_timeout');
  }
});

it('a transaction that is idle too long is rolled back, and its program is told', async () => {
  const { db } = openStore({ mostIdleMs: 100 });
  await db.execute(sql`create table marks (who text)`);
  const outcome = inTransaction(db, async (tx) => {
    await tx.execute(sql`insert into marks values ('before')`);
    await waitFor(
      async () =>
        (await server`select from pg_stat_activity where application_name like 'bounded%'`)
          .length === 0,
      { what: 'the session of the idle transaction to end' },
    );
    await tx.execute(sql`insert into marks values ('after')`);
  });
  const error = await outcome.catch((reason: unknown) => reason);
  // The API answers these errors with 503.
  expect(sqlState(error)).toMatch(/^(CONNECTION_\w+|ECONNRESET|EPIPE)$/);
  expect([...(await db.execute(sql`select who from marks`))]).toEqual([]);
});
