/*
 * What the login of a host may keep after its end, and for how long: on the PostgreSQL of the tests
 * and on an installed one, with an owner of the tables who is no superuser.
 */
import { randomBytes } from 'node:crypto';
import { endLeftSessions as endSessions } from '@renderdeck/store';
import { connect, migrate } from '@renderdeck/store/connect';
import { hostLoginSql } from '@renderdeck/store/host-login-sql';
import { temporaryFolder } from '@renderdeck/testing';
import { openSql, type Sql } from '@renderdeck/testing/open-sql';
import { findSystemPostgres } from '@renderdeck/testing/system-postgres';
import { expect, onTestFinished, test } from 'vitest';
import { endLeftSessions, revokeHostLogin } from '../../src/index.ts';
import { aRequestContext, expectDone } from '../../testing/index.ts';

const PASSWORD = 'of this test alone';
const HOSTS = ['a', 'b', 'c'] as const;
const installed = await findSystemPostgres();
const skipped = typeof installed === 'string' ? ` (skipped: ${installed})` : '';

async function startInstalled(): Promise<string> {
  if (typeof installed === 'string') throw new Error(installed);
  const folder = await temporaryFolder('end-sessions');
  onTestFinished(() => folder.remove());
  const cluster = await installed.startCluster(folder.path);
  onTestFinished(cluster.stop);
  return cluster.url('postgres');
}

/** A farm with three hosts. Another program of the cluster has a login too. */
async function openFarm(server: string) {
  const name = `farm_${randomBytes(4).toString('hex')}`;
  const loginOf = (host: string) => `${name}_${host}`;
  const superuser = openSql(server, 1);
  const made = [...HOSTS, 'api', 'other'].map(loginOf);
  onTestFinished(async () => {
    await superuser.unsafe(`drop database if exists ${name} with (force)`);
    for (const login of [...made, name]) await superuser.unsafe(`drop role if exists ${login}`);
    await superuser.end();
  });
  const password = `password '${PASSWORD}'`;
  for (const role of ['renderdeck_api', 'renderdeck_host'])
    await superuser.unsafe(`do $$ begin create role ${role} nologin;
      exception when duplicate_object or unique_violation then null; end $$`);
  for (const statement of [
    `create role ${name} login createrole ${password}`,
    `grant renderdeck_host to ${name} with admin option`,
    `create database ${name} owner ${name}`,
    `create role ${loginOf('api')} login ${password} in role renderdeck_api`,
    `create role ${loginOf('other')} login ${password}`,
  ])
    await superuser.unsafe(statement);
  const urlOf = (username: string) =>
    Object.assign(new URL(server), { username, password: PASSWORD, pathname: name }).href;
  await migrate(urlOf(name));
  const owner = openSql(urlOf(name), 1);
  for (const host of HOSTS)
    await owner.unsafe(hostLoginSql({ host, login: loginOf(host), password: PASSWORD })).simple();
  await owner.end();
  const store = connect(urlOf(loginOf('api')), { name: 'api', poolSize: 2 });
  onTestFinished(store.close);
  return {
    admin: aRequestContext(store.db),
    superuser,
    loginOf,
    /** A session of this login, which ends with the test. */
    async session(who: string): Promise<Sql> {
      const sql = openSql(urlOf(loginOf(who)), 1);
      onTestFinished(() => sql.end({ timeout: 1 }));
      await sql`select 1`;
      return sql;
    },
    /** The logins that have sessions. */
    async sessions(): Promise<string[]> {
      const rows = await superuser`
        select distinct usename as login from pg_stat_activity where usename = any (${made})`;
      return rows.map(({ login }) => login.slice(name.length + 1)).sort();
    },
  };
}

const bundled = async () => process.env.RENDERDECK_TEST_POSTGRES ?? '';

test('sessions of hosts end, on the PostgreSQL of the tests', () => expectEnds(bundled));
test.skipIf(typeof installed === 'string')(
  `sessions of hosts end, on the PostgreSQL that is installed${skipped}`,
  () => expectEnds(startInstalled),
);

async function expectEnds(start: () => Promise<string>): Promise<void> {
  const farm = await openFarm(await start());
  const { admin, loginOf, superuser } = farm;
  const [a, b, c, other] = await Promise.all([...HOSTS, 'other'].map(farm.session));
  if (!a || !b || !c || !other) return expect.unreachable('there are four sessions');

  // The end of a login ends its session, in the middle of a transaction.
  await a.unsafe('begin; select from jobs').simple();
  expectDone(await revokeHostLogin(admin, { name: 'a', reason: 'Stolen.' }));
  await expect.poll(farm.sessions).toEqual(['api', 'b', 'c', 'other']);

  // A host that leaves is found by the next look. A login of another program is none of ours.
  await b`select leave_farm(${`leave ${loginOf('b')}`})`;
  await superuser.unsafe(`alter role ${loginOf('other')} nologin`);
  expect(await endLeftSessions(admin)).toEqual([{ login: loginOf('b'), reason: 'ended' }]);
  await expect.poll(farm.sessions).toEqual(['api', 'c', 'other']);

  // A transaction of a host is ended when it lasts for too long, and no other one.
  for (const sql of [c, other]) await sql.unsafe('begin; select 1').simple();
  expect(await endLeftSessions(admin)).toEqual([]);
  expect(await endSessions(admin.db, 0)).toEqual([{ login: loginOf('c'), reason: 'transaction' }]);
  await expect.poll(farm.sessions).toEqual(['api', 'other']);

  // So are sessions that fill the table of locks, which every login may do.
  const again = [await farm.session('c'), await farm.session('c')];
  for (const [at, sql] of [...again, other].entries())
    await sql`select pg_advisory_lock(${at}::int, key) from generate_series(1, 700) key`;
  const locks = { login: loginOf('c'), reason: 'locks' };
  expect(await endLeftSessions(admin)).toEqual([locks, locks]);
  await expect.poll(farm.sessions).toEqual(['api', 'other']);

  const limits = await superuser`
    select distinct rolconnlimit as most from pg_roles where rolname = any (${HOSTS.map(loginOf)})`;
  expect([...limits]).toEqual([{ most: 20 }]);
}
