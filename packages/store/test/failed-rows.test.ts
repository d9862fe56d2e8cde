/*
 * A statement fails after some of its rows were sent: a value of a later row is bad, or
 * statement_timeout or an administrator ends it. The next statement on the same connection gets
 * exactly its own rows.
 */

import { testDatabase } from '@renderdeck/testing';
import { sql } from 'drizzle-orm';
import { expect, onTestFinished, test } from 'vitest';
import { connect } from '../src/connect.ts';
import { sqlState } from '../src/sql-state.ts';

/** Gives four rows, and fails at the fifth. */
const FAILS = sql`select 1 / (5 - n) as share from generate_series(1, 10) as n`;
const NEXT = 'select n::text as row from generate_series(1, 2) as n';

test.each([
  { asArrays: false, isKept: false, rows: [{ row: '1' }, { row: '2' }] },
  { asArrays: true, isKept: false, rows: [['1'], ['2']] },
  { asArrays: false, isKept: true, rows: [{ row: '1' }, { row: '2' }] },
])('after a failure between rows, the next statement has its rows: %o', async (how) => {
  const database = await testDatabase();
  const store = connect(database.url, { name: 'failed rows', poolSize: 1 });
  onTestFinished(async () => {
    await store.close();
    await database.drop();
  });
  const { rows, ...sending } = how;
  const failure = store.db.execute(FAILS).then(
    () => null,
    (error: unknown) => error,
  );
  const next = store.db.send(NEXT, [], sending);
  expect(sqlState(await failure)).toBe('22012');
  expect([...(await next)]).toStrictEqual(rows);
  await expect(store.db.execute(FAILS)).rejects.toThrow();
  const [only] = await store.db.execute(sql`select 'mine' as row`);
  expect(only).toEqual({ row: 'mine' });
});
