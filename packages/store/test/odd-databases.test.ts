/* Databases that a program cannot use: `migrate` refuses them, and readiness names the reason. */
import { randomUUID } from 'node:crypto';
import { testDatabase } from '@renderdeck/testing';
import { openSql } from '@renderdeck/testing/open-sql';
import { expect, it, onTestFinished } from 'vitest';
import { connect } from '../src/connect.ts';
import { migrate } from '../src/migrate.ts';

it.each(['LATIN1', 'SQL_ASCII'])('a database with the encoding %s is refused', async (encoding) => {
  const database = await testDatabase();
  onTestFinished(() => database.drop());
  const owner = openSql(database.url, 1);
  onTestFinished(() => owner.end());
  const name = `odd_${randomUUID().slice(0, 8)}`;
  await owner.unsafe(
    `CREATE DATABASE ${name} ENCODING '${encoding}' LOCALE_PROVIDER libc LOCALE 'C' ` +
      'TEMPLATE template0',
  );
  onTestFinished(async () => void (await owner.unsafe(`DROP DATABASE ${name} WITH (FORCE)`)));
  const { href: url } = Object.assign(new URL(database.url), { pathname: name });
  const sentence =
    `The database has the encoding ${encoding}, which does not hold every name. Make one with ` +
    'createdb --encoding=UTF8 --template=template0, and let DATABASE_URL lead to it.';
  await expect(migrate(url)).rejects.toThrow(sentence);
  const store = connect(url);
  expect(await store.schemaProblem()).toBe(sentence);
  await store.close();
});

it('a short statement_timeout of the database ends no migration', async () => {
  const database = await testDatabase();
  onTestFinished(() => database.drop());
  const owner = openSql(database.url, 2);
  onTestFinished(() => owner.end());
  const name = new URL(database.url).pathname.slice(1);
  await owner.unsafe(`ALTER DATABASE ${name} SET statement_timeout = 300`);
  // Another migration holds the lock for longer than the limit.
  const held = await owner.reserve();
  await held`select pg_advisory_lock(7702)`;
  const migrated = migrate(database.url);
  await expect
    .poll(async () => {
      const [row] = await owner<{ long: boolean }[]>`
        select coalesce(bool_or(clock_timestamp() - query_start > interval '400 ms'), false) as long
        from pg_stat_activity where datname = ${name} and wait_event = 'advisory'`;
      return row?.long;
    })
    .toBe(true);
  await held`select pg_advisory_unlock(7702)`;
  held.release();
  await migrated;
});
