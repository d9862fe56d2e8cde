/*
 * The owner of the tables is no superuser, as on a server of a provider. It makes the logins of
 * hosts if it may make roles; otherwise a sentence says what a superuser must run.
 */
import { randomBytes } from 'node:crypto';
import { explainObstacle, type LoginObstacle } from '@renderdeck/domain';
import { connect } from '@renderdeck/store/connect';
import { verifierOf } from '@renderdeck/store/host-login-sql';
import { migrate } from '@renderdeck/store/migrate';
import { openSql } from '@renderdeck/testing/open-sql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inviteHost, joinHost } from '../../src/index.ts';
import { aRequestContext, expectDone } from '../../testing/index.ts';

const NAME = `joins_${randomBytes(4).toString('hex')}`;
const PASSWORD = 'a password of this test alone';
const server = openSql(process.env.RENDERDECK_TEST_POSTGRES ?? '', 1);
const urlOf = (database: string, user: string) =>
  Object.assign(new URL(process.env.RENDERDECK_TEST_POSTGRES ?? ''), {
    ...{ pathname: database, username: user, password: PASSWORD },
  }).href;
const url = urlOf(NAME, NAME);

beforeAll(async () => {
  // Another farm of this cluster has made it.
  await server`do $$ begin create role renderdeck_host nologin;
    exception when duplicate_object or unique_violation then null; end $$`;
  await server.unsafe(`create role ${NAME} login createrole password '${PASSWORD}'`);
  await server.unsafe(`create database ${NAME} owner ${NAME}`);
  await migrate(url);
});
afterAll(async () => {
  await server.unsafe(`drop database ${NAME} with (force)`);
  const made =
    await server`select rolname as name from pg_roles where rolname like ${`host_${NAME}%`}`;
  for (const { name } of [...made, { name: NAME }]) {
    await server.unsafe(`drop owned by "${name}"`);
    await server.unsafe(`drop role "${name}"`);
  }
  await server.end();
});

test('each obstacle is named with the statement that removes it; then the host joins', async () => {
  const store = connect(url, { name: 'api', poolSize: 2 });
  const admin = aRequestContext(store.db);
  const invite = () => inviteHost(admin, { name: NAME, replaces: false, expiresInMinutes: null });
  const obstacle = async (): Promise<LoginObstacle | null> => {
    const result = await invite();
    if (result.ok) return null;
    if (result.rejection.code !== 'loginsNotAllowed') throw new Error(result.rejection.code);
    return result.rejection;
  };
  const remove = async (found: LoginObstacle | null) => {
    const [, statement = ''] =
      / run: (.*?;) /.exec(found === null ? '' : explainObstacle(found)) ?? [];
    await server.unsafe(statement);
  };
  try {
    await server.unsafe(`alter role ${NAME} nocreaterole`);
    expect(await obstacle()).toMatchObject({ lacks: 'createRole', owner: NAME });
    await remove(await obstacle());
    const [{ version = 0 } = {}] =
      await server`select current_setting('server_version_num')::int as version`;
    if (version >= 160_000) {
      expect(await obstacle()).toMatchObject({ lacks: 'adminOfHosts' });
      await remove(await obstacle());
    }
    const { token } = expectDone(await invite());
    const verifier = verifierOf(PASSWORD);
    const { login } = expectDone(await joinHost(admin, { token, name: null, verifier }));
    const own = openSql(urlOf(NAME, login), 1);
    expect([...(await own`select is_host_login() as own`)]).toEqual([{ own: true }]);
    await own.end();
  } finally {
    await store.close();
  }
});
