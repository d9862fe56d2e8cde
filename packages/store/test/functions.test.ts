/* The functions of the database: each is in one file, and all are applied again if they differ. */
import { readdir, readFile } from 'node:fs/promises';
import { isFinal, JOB_STATUSES } from '@renderdeck/domain';
import { openSql } from '@renderdeck/testing/open-sql';
import { beforeAll, expect, it } from 'vitest';
import { runStep } from '../src/brief-step.ts';
import { migrate } from '../src/connect.ts';
import {
  applyFunctions,
  domainFunctions,
  reasonFunction,
  recordFunctions,
} from '../src/functions.ts';
import { describeSchema } from './describe-schema.ts';
import { openTestStore } from './open-test-store.ts';
import { explain } from './record-texts.ts';

const { database, store, sql } = openTestStore();
let whole: string[];
beforeAll(async () => {
  whole = await describeSchema(sql);
});

const FOLDER = new URL('../functions/', import.meta.url);
const NOT_MIGRATED =
  'The database is not migrated to this version; ' +
  'run `npx -y pnpm@10.34.9 migrate` with the same DATABASE_URL, then start again.';

it('each function and each view of the database is in exactly one file', async () => {
  const names = await readdir(FOLDER, { recursive: true });
  const texts = await Promise.all(
    names
      .filter((name) => name.endsWith('.sql'))
      .map((name) => readFile(new URL(name, FOLDER), 'utf8')),
  );
  const defined = [...texts, reasonFunction(), domainFunctions()]
    .flatMap((text) => [...text.matchAll(/^CREATE OR REPLACE (?:FUNCTION|VIEW) (\w+)/gm)])
    .map(([, name]) => name)
    .sort();
  const found = await sql<{ name: string }[]>`
    select proname as name from pg_proc where pronamespace = 'public'::regnamespace
    union all select viewname from pg_views where schemaname = 'public'`;
  expect(found.map(({ name }) => name).sort()).toEqual(defined);
});

it('all functions may be applied again, and each body fits the tables', async () => {
  await runStep(sql, { what: 'the functions', warn: expect.fail }, async (step) => {
    const { tx } = step;
    // applyFunctions does not check the bodies, so PostgreSQL checks them here.
    await recordFunctions(step, await applyFunctions(step));
    await tx`set local search_path = public`;
    const bodies = await tx<{ text: string }[]>`
      select pg_get_functiondef(oid) as text from pg_proc
      where pronamespace = 'public'::regnamespace`;
    await tx`set local check_function_bodies = on`;
    for (const { text } of bodies) await tx.unsafe(text);
  });
  await migrate(database.url);
  expect(await describeSchema(sql)).toEqual(whole);
});

it('is_final is the rule of the domain, and each program reads it as a condition', async () => {
  const rows = await sql`
    select status, is_final(status) from unnest(${[...JOB_STATUSES]}::text[]) status`;
  expect(rows).toEqual(JOB_STATUSES.map((status) => ({ status, is_final: isFinal(status) })));
  const [none] = await sql`select is_final(null)`;
  expect(none).toEqual({ is_final: null });
  for (const role of ['renderdeck_api', 'renderdeck_worker'] as const) {
    const user = openSql(await database.urlAs(role), 1);
    const plan = await explain(user, 'select from jobs where is_final(status)');
    await user.end();
    expect(plan, role).toMatch(/status = ANY/);
    expect(plan, role).not.toContain('is_final');
  }
});

it('programs name a missing function, and migrate restores it with its trigger', async () => {
  await sql`drop function await_hosts() cascade`;
  expect(await store.schemaProblem()).toBe(
    'The database has lost its function public.await_hosts(); ' +
      'run `npx -y pnpm@10.34.9 migrate` with the same DATABASE_URL, then start again.',
  );
  await migrate(database.url);
  expect(await store.schemaProblem()).toBeNull();
  expect(await describeSchema(sql)).toEqual(whole);
});

it('a function of an earlier version is dropped, and functions of other owners stay', async () => {
  await sql`create function earlier(job jobs) returns int language sql as 'select 1'`;
  await sql`create function of_another() returns int language sql as 'select 2'`;
  await sql`update applied_functions
    set hash = 'earlier', functions = functions || '["public.earlier(public.jobs)"]'`;
  expect(await store.schemaProblem()).toBe(NOT_MIGRATED);
  await migrate(database.url);
  const left = await sql`select proname from pg_proc where proname in ('earlier', 'of_another')`;
  expect(left).toEqual([{ proname: 'of_another' }]);
  await sql`drop function of_another()`;
  expect(await store.schemaProblem()).toBeNull();
  expect(await describeSchema(sql)).toEqual(whole);
});

it('functions of a newer version are refused by migrate, and stay', async () => {
  const [known] = await sql`select hash, version, level from applied_functions`;
  await sql`update applied_functions set hash = 'later', version = '0.10.0', level = level + 1`;
  expect(await store.schemaProblem()).toBeNull();
  await sql`drop function await_hosts() cascade`;
  expect(await store.schemaProblem()).toBe(
    'The database has lost its function public.await_hosts(); ' +
      'run migrate of the newer version that made it.',
  );
  const found = await describeSchema(sql);
  await expect(migrate(database.url)).rejects.toThrow(
    'The database was migrated by a newer version of Renderdeck; start that version.',
  );
  expect(await describeSchema(sql)).toEqual(found);
  await sql`update applied_functions
    set hash = ${known?.hash}, version = ${known?.version}, level = ${known?.level}`;
  await migrate(database.url);
});

it('a user who owns no function can migrate again, is warned, and changes none', async () => {
  const url = await database.urlAs('renderdeck_api');
  const user = new URL(url).username;
  await sql`grant select on host_logins, users to ${sql(user)}`;
  const warnings: string[] = [];
  await migrate(url, (message) => warnings.push(message));
  expect(warnings[0]).toContain('The functions of the database could not be closed');
  await sql`revoke all on host_logins from ${sql(user)}`;
  await sql`revoke all on users from ${sql(user)}`;
  expect(await describeSchema(sql)).toEqual(whole);
});

it('triggers and views that somebody changed or that are left out are made right', async () => {
  await sql`create or replace view unproven with (security_invoker = true) as
    select null::uuid as job_id, id as attempt_id, host, 'open' as state from attempts`;
  await sql`alter table audit_log disable trigger audit_log_append_only`;
  await sql`drop trigger write_webhook_deliveries on job_changes`;
  // An earlier version made these. The last one is somebody else's.
  await sql`create trigger earlier before insert on jobs execute function guard_host_job()`;
  await sql`create policy earlier on render_hosts using (true)`;
  await sql`create view earlier as select 1 as one`;
  for (const rule of ['trigger earlier on jobs', 'policy earlier on render_hosts', 'view earlier'])
    await sql.unsafe(`comment on ${rule} is 'migrate made this: 42'`);
  await sql`create view of_another as select 1 as one`;
  await migrate(database.url);
  const left = await sql`select viewname from pg_views where viewname in ('earlier', 'of_another')`;
  expect(left).toEqual([{ viewname: 'of_another' }]);
  await sql`drop view of_another`;
  expect(await describeSchema(sql)).toEqual(whole);
});
