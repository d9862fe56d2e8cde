/*
 * A machine joins with the token of an invitation. The operations run with the login of an API,
 * which may make no role. The logins that come out connect to the real server.
 * Long because: each way to get a login without the right to it is a test.
 */
import { randomUUID } from 'node:crypto';
import { connect, type Store } from '@renderdeck/store/connect';
import { verifierOf } from '@renderdeck/store/host-login-sql';
import { type TestDatabase, testDatabase } from '@renderdeck/testing';
import { openSql, type Sql } from '@renderdeck/testing/open-sql';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  type AdminContext,
  inviteHost,
  joinHost,
  revokeHostLogin,
  withdrawInvitation,
} from '../../src/index.ts';
import { aRequestContext, aWorker, expectDone, signOn } from '../../testing/index.ts';

const PASSWORD = 'a password of this test alone';
let apiUrl = '';
let database: TestDatabase;
let owner: Sql;
let store: Store;
let admin: AdminContext;
/** A host name that no other test has. */
let name = '';
let names = 0;

beforeAll(async () => {
  database = await testDatabase();
  owner = openSql(database.url, 1);
  apiUrl = await database.urlAs('renderdeck_api');
  store = connect(apiUrl, { name: 'api', poolSize: 4 });
  admin = aRequestContext(store.db);
});
beforeEach(async () => {
  names += 1;
  name = `ae-${names}`;
  await owner`delete from login_attempts`;
});
afterAll(async () => {
  await store.close();
  // `drop` also drops the logins that it knows.
  const made = await owner`select distinct login from host_invitations where login is not null`;
  for (const { login } of made) database.urlWith(login, PASSWORD);
  await owner.end();
  await database.drop();
});

const invite = async (replaces = false) =>
  expectDone(await inviteHost(admin, { name, replaces, expiresInMinutes: null })).token;
const join = (token: string, password = PASSWORD, expected: string | null = null) =>
  joinHost(admin, { token, name: expected, verifier: verifierOf(password) });

/** Sends a statement with a login to the real server; throws if it cannot sign in. */
const asLogin = (login: string, password: string, statement: string) =>
  send(database.urlWith(login, password), statement);

async function send(url: string, statement: string): Promise<unknown[]> {
  const sql = openSql(url, 1);
  try {
    return [...(await sql.unsafe(statement))];
  } finally {
    await sql.end();
  }
}
const OWN = 'select is_host_login() as own, host from host_logins';
const record = async () => [
  ...(await owner`select host, login from host_logins order by host`),
  ...(await owner`select rolname from pg_roles where rolname like 'host\_ae-%' order by 1`),
  ...(await owner`select id from host_invitations where joined_at is not null order by id`),
];

test('the API makes a login that reaches one host, and writes who invited it', async () => {
  const { login, invitedBy } = expectDone(await join(await invite(), PASSWORD, name));
  expect(login).toMatch(new RegExp(`^host_${name}_[0-9a-f]{8}$`));
  expect(await asLogin(login, PASSWORD, OWN)).toEqual([{ own: true, host: name }]);
  const [line] = await owner`
    select actor_kind, actor, outcome, after, address from audit_log
    where action = 'joinHost' order by id desc limit 1`;
  const { address } = admin.requestContext;
  expect(line).toEqual({
    ...{ actor_kind: 'worker', actor: name, outcome: 'done', address },
    after: { host: name, login, invitedBy },
  });
});

test.each([
  ['makes a role', 'create role of_api'],
  ['binds a name', "select bind_host_login('ae-01', session_user::text)"],
  ['writes host_logins', "insert into host_logins values ('ae-01', session_user::text)"],
  ['uses up no invitation', 'update host_invitations set joined_at = null'],
  ['ends any login', "select end_host_login('postgres')"],
  ['makes a login without an invitation', "select make_host_login('none', $1, '{}')"],
])('the login of the API never %s by itself', async (_what, statement) => {
  const sent = statement.replace('$1', `'${verifierOf('x')}'`);
  await expect(send(apiUrl, sent)).rejects.toMatchObject({ code: '42501' });
});

test('a password in place of a verifier makes nothing', async () => {
  const token = await invite();
  const before = await record();
  const sent = joinHost(admin, { token, name: null, verifier: 'a password' });
  await expect(sent).rejects.toMatchObject({ cause: { code: '22023' } });
  expect(await record()).toEqual(before);
});

test('of two machines with one token at once, one joins and the other makes nothing', async () => {
  const token = await invite();
  const results = await Promise.all([join(token, 'password one'), join(token, 'password two')]);
  expect(results.filter(({ ok }) => ok)).toHaveLength(1);
  const [refused] = results.flatMap((result) => (result.ok ? [] : [result.rejection]));
  expect(refused).toMatchObject({ code: 'invitationOver', why: 'used', name });
  const joined = results.flatMap((result) => (result.ok ? [result.login] : []));
  const mine = await owner`select login from host_logins where host = ${name}`;
  expect(mine.map(({ login }) => login)).toEqual(joined);
  const roles = await owner`select from pg_roles where rolname like ${`host\\_${name}\\_%`}`;
  expect(roles).toHaveLength(1);
});

test('many machines join at the same moment, each with its own token', async () => {
  const tokens: string[] = [];
  for (let host = 1; host <= 6; host += 1)
    tokens.push(
      expectDone(
        await inviteHost(admin, {
          ...{ name: `${name}-${host}`, replaces: false, expiresInMinutes: null },
        }),
      ).token,
    );
  const results = await Promise.all(tokens.map((token) => join(token)));
  expect(results.map(({ ok }) => ok)).toEqual(tokens.map(() => true));
});

test('a lost answer is given again, also late, and changes nothing', async () => {
  const token = await invite();
  const verifier = verifierOf(PASSWORD);
  const first = expectDone(await joinHost(admin, { token, name: null, verifier }));
  await owner`update host_invitations set expires_at = created_at where host = ${name}`;
  const before = await record();
  const again = expectDone(await joinHost(admin, { token, name: null, verifier }));
  expect(again).toEqual({ ...first, isRepeated: true });
  expect(await record()).toEqual(before);
  const lines = await owner`select from audit_log where action = 'joinHost' and actor = ${name}`;
  expect(lines).toHaveLength(1);
});

test.each([
  ['late', 'update host_invitations set expires_at = created_at', null, 'expired'],
  ['withdrawn', 'update host_invitations set withdrawn_at = created_at', null, 'withdrawn'],
])('a token that is %s makes nothing', async (_case, change, expected, why) => {
  const token = await invite();
  await owner.unsafe(`${change} where host = '${name}'`);
  const before = await record();
  const rejection = { code: 'invitationOver', why };
  expect(await join(token, PASSWORD, expected)).toMatchObject({ ok: false, rejection });
  expect(await record()).toEqual(before);
});

test('an invitation ends when it is withdrawn, or it is used: never both', async () => {
  const token = await invite();
  const withdraw = async () => expectDone(await withdrawInvitation(admin, { name })).changed;
  const [joined, changed] = await Promise.all([join(token), withdraw()]);
  expect(changed).toBe(!joined.ok);
  const [row] = await owner`
    select joined_at is not null as joined, withdrawn_at is not null as withdrawn
    from host_invitations where host = ${name}`;
  expect(row).toEqual({ joined: joined.ok, withdrawn: changed });
  expect(await withdraw()).toBe(false);
});

test('a token for another name makes nothing, and stays usable', async () => {
  const token = await invite();
  const before = await record();
  const rejection = { code: 'invitedOther', name, asked: 'ae-x' };
  expect(await join(token, PASSWORD, 'ae-x')).toMatchObject({ ok: false, rejection });
  expect(await record()).toEqual(before);
  expectDone(await join(token));
});

test('the name of a host that is heard is not taken', async () => {
  const token = await invite();
  const farm = connect(database.url, { name: 'a worker', poolSize: 1 });
  try {
    expectDone(await signOn(aWorker(farm.db, name)));
    const before = await record();
    expect(await join(token)).toMatchObject({ ok: false, rejection: { code: 'hostHeard', name } });
    expect(await record()).toEqual(before);
  } finally {
    await farm.close();
  }
});

test('an invitation that replaces gives the same login another password', async () => {
  const { login } = expectDone(await join(await invite()));
  expect(await inviteHost(admin, { name, replaces: false, expiresInMinutes: null })).toMatchObject({
    rejection: { code: 'hostHasLogin', login },
  });
  expect(expectDone(await join(await invite(true), 'another password')).login).toBe(login);
  expect(await asLogin(login, 'another password', OWN)).toEqual([{ own: true, host: name }]);
  await expect(asLogin(login, PASSWORD, OWN)).rejects.toMatchObject({ code: '28P01' });
});

test('a login of that name which another farm has is not changed', async () => {
  const token = await invite();
  const [invited] = await owner`select left(id::text, 8) as id from host_invitations
    where host = ${name}`;
  const taken = `host_${name}_${invited?.id}`;
  await owner.unsafe(`create role "${taken}" login password 'of another farm'`);
  expect(expectDone(await join(token)).login).not.toBe(taken);
  expect(await asLogin(taken, 'of another farm', 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('a revoked login cannot sign in, and its open session ends', async () => {
  const { login } = expectDone(await join(await invite()));
  const open = openSql(database.urlWith(login, PASSWORD), 1);
  const sessions = () => owner`select from pg_stat_activity where usename = ${login}`;
  try {
    await open`select from jobs`;
    expect(await sessions()).toHaveLength(1);
    expectDone(await revokeHostLogin(admin, { name, reason: 'Stolen.' }));
    await expect.poll(sessions).toHaveLength(0);
  } finally {
    await open.end({ timeout: 1 });
  }
  await expect(asLogin(login, PASSWORD, OWN)).rejects.toThrow(
    /authentication failed|not permitted/,
  );
  expect(expectDone(await join(await invite())).login).not.toBe(login);
});

test('a login of a host ends itself, and only itself', async () => {
  const { login } = expectDone(await join(await invite()));
  const leave = (who: string) => asLogin(login, PASSWORD, `select leave_farm('leave ${who}')`);
  await expect(leave('another')).rejects.toMatchObject({ code: '42501' });
  await leave(login);
  await expect(asLogin(login, PASSWORD, OWN)).rejects.toThrow(
    /authentication failed|not permitted/,
  );
  const [line] = await owner`
    select actor, before from audit_log where action = 'leaveFarm' order by id desc limit 1`;
  expect(line).toEqual({ actor: name, before: { host: name, login } });
});

test('guessed tokens wait, and machines that join do not', async () => {
  for (let tries = 0; tries < 8; tries += 1) {
    expectDone(await join(await invite()));
    name = `${name}x`;
  }
  const guess = () => join(`rdj_${randomUUID()}`);
  for (let tries = 0; tries < 4; tries += 1)
    expect(await guess()).toMatchObject({ rejection: { code: 'unknownInvitation' } });
  const rows = await owner`select key from login_attempts where key like 'address %'`;
  expect(rows).toHaveLength(1);
});
