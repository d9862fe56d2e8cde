/*
 * Least privilege: each role may do what its program needs and nothing else. The tests of the API
 * and of the worker connect with these roles and so show that the rights are enough.
 * Long because: everything is compared with one list.
 */
import { randomBytes } from 'node:crypto';
import { openSql } from '@renderdeck/testing/open-sql';
import type postgres from 'postgres';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { runStep } from '../src/brief-step.ts';
import { grantRoles } from '../src/grant-roles.ts';
import { FORBID_LARGE_OBJECTS, GRANTS } from '../src/grants.ts';
import { migrate } from '../src/migrate.ts';
import { openTestStore } from './open-test-store.ts';

const { database, sql: owner } = openTestStore();
let api: postgres.Sql;
let worker: postgres.Sql;
beforeAll(async () => {
  api = openSql(await database.urlAs('renderdeck_api'));
  worker = openSql(await database.urlAs('renderdeck_worker'));
});
afterAll(async () => {
  for (const sql of [api, worker]) await sql.end();
});
/** Makes a login. It is dropped with the database. */
async function makeLogin(kind: string, rights = '') {
  const name = `${kind}_${randomBytes(4).toString('hex')}`;
  const url = database.urlWith(name, PASSWORD);
  await owner.unsafe(`create role ${name} login ${rights} password '${PASSWORD}'`);
  return { name, url, warnings: [] as string[] };
}
const PASSWORD = 'of this test alone';

const outcome = (sql: postgres.Sql, statement: string) =>
  sql.unsafe(statement).then(
    () => 'done',
    (error: { code: string }) => error.code,
  );
const INSUFFICIENT_PRIVILEGE = '42501';

it.each([
  "update audit_log set actor = 'eve'",
  'delete from audit_log',
  'truncate audit_log',
  'alter table audit_log disable trigger audit_log_append_only',
  'drop trigger audit_log_append_only on audit_log',
  'set session_replication_role = replica',
  "update audit_seals set hash = ''",
  'delete from audit_seals',
  'truncate audit_seals',
  'select secrets from job_secrets',
  'insert into receipts (job_id) values (gen_random_uuid())',
  "select start_receipt_series('mine')",
  "update job_secrets set secrets = '[]'",
  "update job_definitions set nexrender_job = '{}'",
  'delete from users',
  'delete from sessions',
  'delete from jobs',
  'delete from attempt_log',
  "update job_callbacks set address = 'https://other.example'",
  "select delete_old_jobs(interval '23 hours', 9)",
  "select delete_old_logs(interval '23 hours', 9)",
  `insert into attempts (id, job_id, number, host, worker_id, tree_marker)
   values (gen_random_uuid(), gen_random_uuid(), 1, 'x', gen_random_uuid(), 'x')`,
  'create table mine (id int)',
  "set role 'postgres'",
  'delete from drizzle.__drizzle_migrations',
])('the API may not: %s', async (statement) => {
  expect(await outcome(api, statement)).toMatch(/^42501$|^22023$/);
});

it.each([
  'select from users',
  'select from sessions',
  'select from api_tokens',
  'select from login_attempts',
  'select from refusal_counts',
  'select from audit_log',
  'select from audit_seals',
  'select from webhooks',
  'select from webhook_secrets',
  'select from webhook_deliveries',
  'select from webhook_tries',
  'select from job_callbacks',
  'select from unproven_stops',
  'select from host_silences',
  'select from receipt_series',
  "select setval('receipts_number_seq', 9)",
  "select start_receipt_series('mine')",
  `insert into audit_log (actor_kind, actor, channel, action, outcome)
   values ('user', 'ada', 'rest', 'cancelJob', 'done')`,
  "update users set role = 'admin'",
  'insert into jobs default values',
  'delete from jobs',
  "update job_secrets set secrets = '[]'",
  "update job_definitions set nexrender_job = '{}'",
  'delete from job_changes',
  'update job_changes set version = 1',
  'delete from attempt_log',
  'select from measures',
  'select from render_paces',
  "select delete_old_jobs(interval '90 days', 9)",
  "select delete_old_logs(interval '90 days', 9)",
  "select nextval('job_queue_seq')",
])('a worker may not: %s', async (statement) => {
  expect(await outcome(worker, statement)).toBe(INSUFFICIENT_PRIVILEGE);
});

it('the API may delete old jobs and logs', async () => {
  expect(await outcome(api, "select delete_old_jobs(interval '1 day', 9)")).toBe('done');
  expect(await outcome(api, "select delete_old_logs(interval '1 day', 9)")).toBe('done');
});

it('each role has exactly the privileges of the list', async () => {
  for (const [role, grants] of Object.entries(GRANTS)) {
    const given = await owner<{ what: string; privileges: string }[]>`
      select
        case when table_schema = 'public' then table_name
          else table_schema || '.' || table_name end as what,
        string_agg(lower(privilege_type), ', ' order by
          array_position(array['SELECT', 'INSERT', 'UPDATE', 'DELETE'], privilege_type)
        ) as privileges
      from information_schema.role_table_grants where grantee = ${role} group by 1 order by 1`;
    const listed = Object.entries(grants)
      .filter(([what]) => !/^(sequence|function) /.test(what))
      .map(([what, privileges]) => [what, privileges.replace(/, \w+ \(\w+\)/g, '')] as const);
    expect(given.map(({ what, privileges }) => [what, privileges])).toEqual(
      listed.sort(([one], [other]) => (one < other ? -1 : 1)),
    );
  }
});

it('each role has exactly the privileges of the list on single columns', async () => {
  for (const [role, grants] of Object.entries(GRANTS)) {
    const given = await owner<{ what: string }[]>`
      select c.table_name || ': ' || lower(privilege_type) || ' (' || column_name || ')' as what
      from information_schema.role_column_grants c
      where grantee = ${role} and not exists (
        select from information_schema.role_table_grants t
        where t.grantee = c.grantee and t.table_schema = c.table_schema
          and t.table_name = c.table_name and t.privilege_type = c.privilege_type)
      order by 1`;
    const listed = Object.entries(grants).flatMap(([table, privileges]) =>
      privileges.split(', ').flatMap((one) => (one.includes('(') ? [`${table}: ${one}`] : [])),
    );
    expect(given.map(({ what }) => what)).toEqual(listed.sort());
  }
});

const FUNCTIONS = `
  select p.oid, p.oid::regprocedure::text as name, p.prosecdef as "isDefiner",
    p.prorettype = 'trigger'::regtype as "isTrigger", p.proconfig as settings,
    p.prosqlbody is not null as "isParsed"
  from pg_proc p where p.pronamespace in ('public'::regnamespace, 'drizzle'::regnamespace)`;
/**
 * The functions that each role may run, by has_function_privilege, which includes PUBLIC and every
 * membership.
 */
const mayRun = async (role: string) => {
  const rows = await owner.unsafe<{ name: string }[]>(
    `select name from (${FUNCTIONS}) f where has_function_privilege('${role}', oid, 'execute')`,
  );
  return rows.map(({ name }) => name.replaceAll(',', ', ')).sort();
};
const listed = (role: keyof typeof GRANTS) =>
  Object.keys(GRANTS[role])
    .flatMap((what) => (what.startsWith('function ') ? [what.slice('function '.length)] : []))
    .sort();

it('each role, and the login of a host, may run exactly the functions of the list', async () => {
  await owner`select restrict_host_logins()`;
  const { name } = await makeLogin('host', 'in role renderdeck_host');
  expect(await mayRun('renderdeck_api')).toEqual(listed('renderdeck_api'));
  expect(await mayRun('renderdeck_worker')).toEqual(listed('renderdeck_worker'));
  expect(await mayRun(name)).toEqual(listed('renderdeck_worker'));
  expect(await mayRun((await makeLogin('nobody')).name)).toEqual([]);
});

it('no role may make a table of its own, not even a temporary one', async () => {
  for (const role of ['renderdeck_api', 'renderdeck_worker', 'renderdeck_host']) {
    const [row] = await owner`
      select has_database_privilege(${role}, current_database(), 'temporary, create') as own,
        has_schema_privilege(${role}, 'public', 'create')
          or has_schema_privilege(${role}, 'drizzle', 'create') as in_ours`;
    expect(row, role).toEqual({ own: false, in_ours: false });
  }
});

it('functions with the rights of the owner find only what they name with its schema', async () => {
  const rows = await owner.unsafe(FUNCTIONS);
  const asHost: readonly string[] = listed('renderdeck_worker');
  const loose = rows.filter(({ name, isDefiner, isTrigger, isParsed, settings }) => {
    const path = String(settings).match(/search_path=(\w+(?:, \w+)*)/)?.[1] ?? '';
    if (isDefiner || isTrigger) return path !== 'pg_catalog, pg_temp';
    // PostgreSQL looked up the names in a parsed body when the function was made.
    if (isParsed) return false;
    return asHost.includes(String(name).replaceAll(',', ', ')) && !path.endsWith('pg_temp');
  });
  expect(loose.map(({ name }) => name)).toEqual([]);
});

it('a trigger function refuses any table but its own', async () => {
  const rows = await owner.unsafe(FUNCTIONS);
  const triggers = rows.filter(({ isTrigger }) => isTrigger);
  expect(triggers.length).toBeGreaterThan(10);
  const works: unknown[] = [];
  for (const { name } of triggers) {
    const tried = await outcome(
      owner,
      `create temporary table foreign_one (like jobs) on commit drop;
       create trigger t before insert on foreign_one for each row execute function ${name};
       insert into foreign_one select * from json_populate_record(null::jobs, '{}')`,
    );
    if (tried !== INSUFFICIENT_PRIVILEGE) works.push([name, tried]);
  }
  expect(works).toEqual([]);
});

it('the next migrate closes a function that was added later', async () => {
  await owner`
    create function later() returns int language sql security definer as 'select 1'`;
  expect(await outcome(worker, 'select later()')).toBe('done');
  await migrate(database.url);
  expect(await outcome(worker, 'select later()')).toBe(INSUFFICIENT_PRIVILEGE);
  await owner`drop function later()`;
});

it('every table is granted to at least one role', async () => {
  const tables = await owner`select tablename as name from pg_tables where schemaname = 'public'`;
  const granted = new Set(Object.values(GRANTS).flatMap((grants) => Object.keys(grants)));
  expect(tables.map(({ name }) => name).filter((name) => !granted.has(name))).toEqual([]);
});

it('no role can log in, has more than its grants, or is a member of another', async () => {
  const roles = await owner`
    select rolname as name,
      rolcanlogin or rolsuper or rolcreaterole or rolcreatedb or rolbypassrls as more,
      (select count(*)::int from pg_auth_members m where m.member = r.oid) as memberships
    from pg_roles r where rolname = any (${Object.keys(GRANTS)}) order by 1`;
  expect([...roles]).toEqual(
    ['renderdeck_api', 'renderdeck_worker'].map((name) => ({ name, more: false, memberships: 0 })),
  );
});

it('a second run revokes grants that are not on the list and changes nothing else', async () => {
  await owner`grant all on audit_log to renderdeck_worker`;
  expect(await outcome(worker, 'select from audit_log')).toBe('done');
  const warnings: string[] = [];
  await migrate(database.url, (message) => warnings.push(message));
  expect(await outcome(worker, 'select from audit_log')).toBe(INSUFFICIENT_PRIVILEGE);
  expect(await outcome(worker, 'select from jobs')).toBe('done');
  expect(warnings).toEqual([]);
});

it('a user who may not create roles is told what to run, and can migrate', async () => {
  const { name, url, warnings } = await makeLogin('plain');
  await owner`create database ${owner(name)} owner ${owner(name)}`;
  const own = Object.assign(new URL(url), { pathname: name }).href;
  const [server] = await owner`select current_user as name`;
  const plain = openSql(own);
  const warn = (message: string) => void warnings.push(message);
  try {
    await migrate(own, warn);
    // The cluster already has the roles, and the user owns its tables.
    expect(warnings.splice(0)).toEqual([largeObjectsFor(server?.name)]);
    const roles = { [`${name}_api`]: { jobs: 'select' } };
    await runStep(plain, { what: 'rights', warn }, ({ run }) => grantRoles(run, warn, roles));
    expect(warnings).toEqual([
      `The role ${name}_api is missing and this user may not make roles; ` +
        `have "CREATE ROLE ${name}_api NOLOGIN" run, then migrate again.`,
    ]);
    expect(await outcome(plain, 'select from jobs')).toBe('done');
  } finally {
    await plain.end();
    await owner`drop database ${owner(name)} with (force)`;
  }
});

it('a user who does not own the database is told what its owner must forbid', async () => {
  const { name, url, warnings } = await makeLogin('mover');
  await owner`create database ${owner(name)}`;
  const [server] = await owner`select current_user as name`;
  const at = (login: string) => Object.assign(new URL(login), { pathname: name }).href;
  const asOwner = openSql(at(database.url));
  await asOwner`grant create on database ${asOwner(name)} to ${asOwner(name)}`;
  await asOwner`grant create on schema public to ${asOwner(name)}`;
  try {
    await migrate(at(url), (message) => warnings.push(message));
    expect(warnings).toEqual([
      'Every login of this database may make tables of its own; have ' +
        `"REVOKE TEMPORARY ON DATABASE ${name} FROM PUBLIC" run by ${server?.name}. ` +
        largeObjectsFor(server?.name),
    ]);
    const [row] = await asOwner`
      select has_function_privilege('renderdeck_worker', 'number_receipt()', 'execute') as open`;
    expect(row).toEqual({ open: false });
    await asOwner`revoke temporary on database ${asOwner(name)} from public`;
    await asOwner.unsafe(FORBID_LARGE_OBJECTS);
    await migrate(at(url), (message) => warnings.push(message));
    expect(warnings).toHaveLength(1);
  } finally {
    await asOwner.end();
    await owner`drop database ${owner(name)} with (force)`;
  }
});

/** What `migrate` says if it may not forbid large objects. */
const largeObjectsFor = (superuser: string) =>
  'Every login of this database may make large objects of its own; have "REVOKE EXECUTE ON ' +
  'FUNCTION lo_creat(integer) FROM PUBLIC; ' +
  'REVOKE EXECUTE ON FUNCTION lo_create(oid) FROM PUBLIC; ' +
  `REVOKE EXECUTE ON FUNCTION lo_from_bytea(oid,bytea) FROM PUBLIC" run by ${superuser}.`;

it.each(["lo_from_bytea(0, 'x')", 'lo_creat(-1)', 'lo_create(0)'])(
  'no role may make a large object: %s',
  async (call) => {
    for (const sql of [api, worker])
      expect(await outcome(sql, `select ${call}`)).toBe(INSUFFICIENT_PRIVILEGE);
  },
);

it('who has made large objects is named, with the statement that removes them', async () => {
  const { name, url } = await makeLogin('thief');
  const warnings: string[] = [];
  const warn = (message: string) => void warnings.push(message);
  await owner.unsafe(`grant execute on function lo_create(oid) to ${name}`);
  const thief = openSql(url);
  await thief`select lo_create(0), lo_create(0)`;
  await thief.end();
  await migrate(database.url, warn);
  const [, statement = ''] = /"(SELECT lo_unlink.*)"/.exec(warnings.splice(0).join()) ?? [];
  expect(statement).toContain(`'${name}'`);
  await owner.unsafe(statement);
  await migrate(database.url, warn);
  expect(warnings).toEqual([]);
});

it('a user who does not own the tables is told so, and no grant is half done', async () => {
  const { url, warnings } = await makeLogin('guest', 'createrole');
  const guest = openSql(url);
  onTestFinished(() => guest.end());
  const warn = (message: string) => void warnings.push(message);
  await runStep(guest, { what: 'rights', warn }, ({ run }) => grantRoles(run, warn));
  expect(warnings).toEqual(
    Object.keys(GRANTS).map(
      (role) =>
        `The grants of ${role} could not be set: this user does not own every table; ` +
        'migrate as the user who made them.',
    ),
  );
  expect(await outcome(worker, 'select from jobs')).toBe('done');
});
