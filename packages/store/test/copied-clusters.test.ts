/*
 * Copies of one data folder. These tests show what docs/postgres.md says can be known of such
 * copies, and what cannot.
 */
import { join } from 'node:path';

import { temporaryFolder } from '@renderdeck/testing';
import { openSql, type Sql } from '@renderdeck/testing/open-sql';
import { copyStopped, makeStandby, promote, startLocalPostgres } from '@renderdeck/testing/standby';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { connect, type Store } from '../src/connect.ts';
import { parseCursor, readChangesSince, readIncarnation } from '../src/index.ts';
import { migrate } from '../src/migrate.ts';
import { insertQueuedJob, writeChange } from './open-test-store.ts';

let folder: string;
const original = () => join(folder, 'original');
beforeAll(async () => {
  const { path, remove } = await temporaryFolder('copies');
  folder = path;
  const server = await startLocalPostgres({ dataDir: original() });
  await migrate(server.url());
  const store = connect(server.url());
  await readChangesSince(store.db, null);
  const sql = openSql(server.url(), 1);
  expect(await receipts(sql)).toEqual([1, 2]);
  await sql.end();
  await store.close();
  await server.stop();
  return remove;
});

async function open(dataDir: string) {
  const server = await startLocalPostgres({ dataDir });
  onTestFinished(() => server.stop());
  const store = connect(server.url());
  const sql = openSql(server.url(), 1);
  onTestFinished(async () => {
    await store.close();
    await sql.end();
  });
  return { server, store, sql };
}
const useTransactions = async (sql: Sql, count: number) => {
  for (let used = 0; used < count; used += 1) await sql`select pg_current_xact_id()`;
};
const cursorOf = async ({ db }: Store) => (await readChangesSince(db, null)).cursor;
/** The receipt number of the cancel of a new job. */
async function nextReceipt(sql: Sql): Promise<number> {
  const id = await insertQueuedJob(sql);
  await sql`update jobs set stop_requested_at = clock_timestamp(), stop_requested_by = 'ada',
    stop_channel = 'trpc' where id = ${id}`;
  const [row] = await sql<{ number: string }[]>`select number from receipts where job_id = ${id}`;
  return Number(row?.number);
}
const receipts = async (sql: Sql) => [await nextReceipt(sql), await nextReceipt(sql)];
const gapAfter = async ({ db }: Store, cursor: string) =>
  (await readChangesSince(db, parseCursor(cursor))).gap;

it('a copy that was not promoted is noticed only while it is behind the cursor', async () => {
  const copy = join(folder, 'copy');
  await copyStopped(original(), copy);
  const [here, there] = [await open(original()), await open(copy)];
  expect(await readIncarnation(there.store.db)).toBe(await readIncarnation(here.store.db));
  for (let written = 0; written < 20; written += 1) await writeChange(here.sql);
  const cursor = await cursorOf(here.store);
  expect(await gapAfter(there.store, cursor)).toBe(true);
  await useTransactions(there.sql, 40);
  expect(await gapAfter(there.store, cursor)).toBe(false);
  await there.sql`delete from database_incarnations`;
  expect(await gapAfter(there.store, cursor)).toBe(true);
  expect(await gapAfter(there.store, await cursorOf(there.store))).toBe(false);
  expect(await nextReceipt(here.sql)).toBe(3);
  expect(await nextReceipt(there.sql)).toBeGreaterThan(1_000_000);
});

it('two restores of one backup, both on timeline 2, are two incarnations', async () => {
  const opened = [];
  for (const name of ['one', 'two']) {
    const copy = join(folder, name);
    await copyStopped(original(), copy);
    await makeStandby(copy, null);
    const restored = await startLocalPostgres({ dataDir: copy });
    onTestFinished(() => restored.stop());
    await promote(restored);
    opened.push(await open(copy));
  }
  const [one, two] = opened;
  if (one === undefined || two === undefined) throw new Error('two copies were opened');
  // The second restore comes an hour after the first, so the two give different numbers.
  await two.sql`update receipt_series set begun_at = begun_at - interval '1 hour'`;
  const [before, after] = [
    await readIncarnation(one.store.db),
    await readIncarnation(two.store.db),
  ];
  expect(before).toBe(after);
  const cursor = await cursorOf(one.store);
  expect(cursor).toContain('-2-');
  await useTransactions(two.sql, 20);
  expect(await gapAfter(two.store, cursor)).toBe(true);
  expect(await gapAfter(one.store, cursor)).toBe(false);

  const [numbers, later] = [await receipts(one.sql), await receipts(two.sql)];
  expect(numbers[0]).toBeGreaterThan(1_000_002);
  expect(numbers[1]).toBe((numbers[0] ?? 0) + 1);
  expect(later[0]).toBeGreaterThan((numbers[1] ?? 0) + 3000);
  expect(await two.sql`select count(*)::int as n from receipt_series`).toEqual([{ n: 2 }]);
});
