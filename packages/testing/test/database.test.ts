import postgres from 'postgres';
import { expect, it } from 'vitest';
import { testDatabase } from '../src/database.ts';

it('gives each caller its own empty, migrated database', async () => {
  const [one, other] = await Promise.all([testDatabase(), testDatabase()]);
  const sql = postgres(one.url, { max: 1 });
  const elsewhere = postgres(other.url, { max: 1 });
  await sql`CREATE TABLE mine (id int)`;
  expect((await sql`SELECT count(*)::int AS jobs FROM jobs`)[0]).toEqual({ jobs: 0 });
  expect((await elsewhere`SELECT to_regclass('mine') AS mine`)[0]).toEqual({ mine: null });
  await Promise.all([sql.end(), elsewhere.end()]);
  await Promise.all([one.drop(), other.drop()]);
});

it('drops the database and fails when the test file leaves a connection open', async () => {
  const database = await testDatabase();
  const sql = postgres(database.url, { max: 1, onnotice: () => {} });
  await sql`SELECT 'left open'`;
  await expect(database.drop(500)).rejects.toThrow(
    /Connections left open by this test file.*left open/,
  );
  await sql.end({ timeout: 1 });
  const again = postgres(database.url, { max: 1 });
  await expect(again`SELECT 1`).rejects.toThrow(/does not exist/);
  await again.end({ timeout: 1 });
});
