/*
 * `ctl hosts add` prints SQL for the owner of the database. It needs no API and no settings. A real
 * server runs the SQL, with names that would break out of wrong quotes.
 */
import { loginOf } from '@renderdeck/store/host-login-sql';
import { databaseOfFile } from '@renderdeck/testing';
import { openSql } from '@renderdeck/testing/open-sql';
import { afterAll, expect, test } from 'vitest';
import { runAlone } from './serve-api.ts';

const database = databaseOfFile();
const owner = openSql(database.url, 1);
afterAll(() => owner.end());

/** Runs the command without any setting and without an API. */
const add = (...args: string[]) => runAlone(['hosts', 'add', ...args]);

/** The names of the login, as the login itself reads them, and whether it is a host login. */
async function namesOf(login: string, password: string): Promise<readonly string[]> {
  const sql = openSql(database.urlWith(login, password), 1);
  try {
    const rows = await sql`select is_host_login() as own, host from host_logins order by host`;
    return rows.map(({ own, host }) => `${own} ${host}`);
  } finally {
    await sql.end();
  }
}

test.each([
  'ae-01',
  `O'Brien's "box"; DROP TABLE jobs; --`,
  'back\\slash\\',
  'two\nlines\n\\! id',
  '$$ dollar $1 :name %I',
  'größer ▲ 渲染',
  'x'.repeat(255),
  '▲'.repeat(80),
])('the login of the host %j can connect and has only that name', async (host) => {
  const { exitCode, stdout, stderr } = await add(host);
  expect(exitCode).toBe(0);
  const password = /DATABASE_URL=postgres:\/\/[^:]+:([\w-]{32})@…/.exec(stderr)?.[1] ?? '';
  expect(password).toHaveLength(32);
  expect(stdout).not.toContain(password);
  expect(stderr).toContain(`postgres://${encodeURIComponent(loginOf(host))}:`);
  await owner.unsafe(stdout);
  expect(await namesOf(loginOf(host), password)).toEqual([`true ${host}`]);
  const [jobs] = await owner`select to_regclass('jobs') is not null as there`;
  expect(jobs).toEqual({ there: true });
});

test('an existing login gets a second name, and a name gets another login', async () => {
  const first = JSON.parse((await add('ae-11', '--json')).stdout);
  await owner.unsafe(first.sql);
  const renamed = await add('ae-12', '--existing', first.login);
  expect(renamed.stderr).toContain('The login keeps its password.');
  await owner.unsafe(renamed.stdout);
  expect(await namesOf(first.login, first.password)).toEqual(['true ae-11', 'true ae-12']);

  const second = JSON.parse((await add('ae-12', '--login', 'another', '--json')).stdout);
  await owner.unsafe(second.sql);
  expect(await namesOf('another', second.password)).toEqual(['true ae-12']);
  expect(await namesOf(first.login, first.password)).toEqual(['true ae-11']);
});

test('all steps are done or none: a login that exists is not made again', async () => {
  const { stdout } = await add('ae-13', '--login', 'another');
  await expect(owner.unsafe(stdout)).rejects.toMatchObject({ code: '42710' });
  await owner.unsafe('rollback');
  expect([...(await owner`select from host_logins where host = 'ae-13'`)]).toEqual([]);
});

test('a login that is no host login is never bound', async () => {
  const { stdout } = await add('ae-14', '--existing', 'nobody');
  await expect(owner.unsafe(stdout)).rejects.toThrow(/role nobody is missing or not a member/);
  await owner.unsafe('rollback');
});

test.each([
  ['an empty name', [''], /A host name has 1 to 255 characters/],
  ['a name that PostgreSQL cannot store', ['a\0b'], /error: command-argument value/],
  ['a login that PostgreSQL would cut off', ['ae-01', '--login', 'x'.repeat(64)], /1 to 63 bytes/],
  ['a login of the system', ['ae-01', '--login', 'pg_me'], /does not begin with pg_/],
])('%s is refused', async (_case, args, problem) => {
  const { exitCode, stdout, stderr } = await add(...args);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toMatch(problem);
});
