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

it('a migration waits past statement_timeout for its turn, and names the holder', async () => {
  const database = await testDatabase();
  onTestFinished(() => database.drop());
  const owner = openSql(database.url, 2);
  onTestFinished(() => owner.end());
  const name = new URL(database.url).pathname.slice(1);
  await owner.unsafe(`ALTER DATABASE ${name} SET statement_timeout = 2000`);
  // Another migration holds the lock for longer than the limit.
  const held = await owner.reserve();
  await held`select pg_advisory_lock(7702)`;
  const [holder] = await held<{ pid: number; user: string }[]>`
    select pg_backend_pid() as pid, session_user as user`;
  const told: string[] = [];
  const migrated = migrate(database.url, (message) => void told.push(message));
  await expect
    .poll(() => told)
    .toEqual([
      'Another session migrates, or keeps the lock of migrations: process ' +
        `${holder?.pid} of PostgreSQL, user ${holder?.user}. It can be ended by ` +
        `SELECT pg_terminate_backend(${holder?.pid}).`,
    ]);
  await held`select pg_advisory_unlock(7702)`;
  held.release();
  await migrated;
});
