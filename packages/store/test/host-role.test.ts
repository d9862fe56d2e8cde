/*
 * The role of hosts' own logins. Before a name is bound, nothing of it is in force. Then it has the
 * privileges of the workers and the policies, and each `migrate` restores both.
 */
import { randomBytes } from 'node:crypto';
import { openSql } from '@renderdeck/testing/open-sql';
import { expect, it, onTestFinished } from 'vitest';
import { runStep } from '../src/brief-step.ts';
import { restrictHostLogins } from '../src/grant-roles.ts';
import { hostLoginSql, isLogin, loginOf } from '../src/host-login-sql.ts';
import { migrate } from '../src/migrate.ts';
import { openTestStore, openTransaction } from './open-test-store.ts';

const { database, sql: owner } = openTestStore();
const password = 'of this test alone';
const login = `role_${randomBytes(4).toString('hex')}`;

const inForce = async () => {
  const [row] = await owner`select
    (select count(*)::int from pg_policies) as policies,
    (select count(*)::int from pg_trigger where tgname ~ '^(guard|check_host|adopt)_') as triggers,
    (select count(*)::int from pg_class where relrowsecurity) as tables`;
  return row;
};
const privilegesOf = async (role: string) =>
  (
    await owner`
      select distinct what || ' ' || privilege_type as granted from (
        select c.oid::regclass::text as what, a.* from pg_class c, aclexplode(c.relacl) a
        union all select c.attrelid::regclass::text, a.*
          from pg_attribute c, aclexplode(c.attacl) a
        union all select p.oid::regprocedure::text, a.* from pg_proc p, aclexplode(p.proacl) a) of
      where grantee = to_regrole(${role}) order by 1`
  ).map(({ granted }) => granted);

it('a farm whose hosts share a login has no policy, trigger or privilege of it', async () => {
  await migrate(database.url);
  expect(await inForce()).toEqual({ policies: 0, triggers: 0, tables: 0 });
  expect(await privilegesOf('renderdeck_host')).toEqual([]);
});

it('the first binding makes them, and a second binding does not make them again', async () => {
  database.urlWith(login, password);
  await owner.unsafe(hostLoginSql({ host: 'ae-01', login, password }));
  const first = await inForce();
  expect(first).toEqual({ policies: 18, triggers: 8, tables: 9 });
  expect(await privilegesOf('renderdeck_host')).toEqual(await privilegesOf('renderdeck_worker'));
  await owner.unsafe(hostLoginSql({ host: 'ae-02', login, password: null }));
  expect(await inForce()).toEqual(first);
});

it('each migrate restores what is missing and revokes what is too much', async () => {
  const before = { force: await inForce(), privileges: await privilegesOf('renderdeck_host') };
  await owner`drop policy host_login on attempts`;
  await owner`drop trigger guard_host_job on jobs`;
  await owner`revoke select on jobs from renderdeck_host`;
  await owner`revoke execute on function holds_job(uuid) from renderdeck_host`;
  await owner`grant execute on function copy_order(uuid, uuid) to renderdeck_host`;
  await owner`grant select on audit_log to renderdeck_host`;
  await migrate(database.url);
  const after = { force: await inForce(), privileges: await privilegesOf('renderdeck_host') };
  expect(after).toEqual(before);
});

/** Each policy and trigger, with all its facts. */
const rules = async () => {
  const rows = await owner`
    select row(p.*)::text as rule from pg_policies p
    union all select row(tgenabled, pg_get_triggerdef(oid))::text from pg_trigger
      where tgname ~ '^(guard|check_host|adopt)_' order by 1`;
  return rows.map(({ rule }) => rule);
};

it.each([
  'alter policy host_login on attempts using (true)',
  'alter policy host_login on jobs to public',
  'drop policy everybody on jobs; create policy everybody on jobs for select using (true)',
  `create or replace trigger guard_host_job before update on jobs for each row when (false)
    execute function guard_host_job()`,
  'alter table attempt_log disable trigger guard_host_log',
])('migrate makes a rule again that somebody changed: %s', async (statement) => {
  const before = await rules();
  await owner.unsafe(statement);
  await migrate(database.url);
  expect(await rules()).toEqual(before);
});

it('migrate replaces the policies and triggers of another version', async () => {
  const before = await rules();
  const [row] = await owner`select pg_get_functiondef('host_rules()'::regprocedure) as own`;
  const other = String(row?.own)
    .replace("'login = session_user::text'", "'false'")
    .replace("'old.version <> new.version'", "'false'");
  await owner.unsafe(other);
  await owner`select restrict_host_logins()`;
  expect((await rules()).filter((rule) => !before.includes(rule))).toHaveLength(2);
  await owner`update applied_functions set hash = 'of another version'`;
  await migrate(database.url);
  expect(await rules()).toEqual(before);
});

it('rules that are right are not made again, so nothing waits for a farm that works', async () => {
  const { tx: writer } = await openTransaction(owner);
  const other = openSql(database.url, 1);
  onTestFinished(() => other.end());
  await writer`lock table jobs, attempts, attempt_log, job_changes, job_definitions, job_secrets,
    render_hosts, host_logins in row exclusive mode`;
  for (const path of ['public', 'pg_catalog'])
    await other.begin(async (tx) => {
      await tx`set local lock_timeout = 1`;
      await tx`select set_config('search_path', ${path}, true)`;
      await tx`select public.restrict_host_logins()`;
    });
});

it('the role may update each stored column, and cannot lock a whole table', async () => {
  const [row] = await owner`
    select bool_or(has_table_privilege('renderdeck_host', c.oid, 'update, delete, truncate'))
        as whole,
      count(*) filter (where not has_column_privilege('renderdeck_host', c.oid, attnum, 'update'))
        ::int as missing
    from pg_class c join pg_attribute on attrelid = c.oid
    where c.oid in ('jobs'::regclass, 'attempts'::regclass, 'render_hosts'::regclass)
      and attnum > 0 and not attisdropped and attgenerated = ''`;
  expect(row).toEqual({ whole: false, missing: 0 });
});

it('a user who does not own the tables gets a sentence that says so', async () => {
  const name = `guest_${randomBytes(4).toString('hex')}`;
  await owner`create role ${owner(name)} login in role renderdeck_worker
    password 'of this test alone'`;
  const guest = openSql(database.urlWith(name, password), 1);
  const warnings: string[] = [];
  const warn = (message: string) => void warnings.push(message);
  await runStep(guest, { what: 'rights', warn }, ({ run }) => restrictHostLogins(run, warn));
  expect(warnings).toEqual([
    expect.stringMatching(/^The rights of hosts' own logins could not be/),
  ]);
  await guest.end();
});

it.each(['ae-01', 'x'.repeat(300), '▲'.repeat(40), ''])(
  'loginOf(%j) is a valid login name',
  (host) => {
    expect(isLogin(loginOf(host))).toBe(true);
    expect(loginOf(host)).not.toBe(loginOf(`${host}.`));
  },
);
