/*
 * The steps of `migrate` while other sessions use the database: a step gives way in time, is
 * repeated, and is done whole or not at all.
 */
import { testDatabase } from '@renderdeck/testing';
import { openSql, type Sql } from '@renderdeck/testing/open-sql';
import { aMoment } from '@renderdeck/testing/race';
import { afterAll, beforeAll, beforeEach, expect, it, onTestFinished } from 'vitest';
import { inLockOrder, runStep } from '../src/brief-step.ts';
import { migrate } from '../src/migrate.ts';
import { runMigrations } from '../src/run-migrations.ts';
import { openTestStore, openTransaction, waitForRow } from './open-test-store.ts';

const { database, sql } = openTestStore();
/** As a program of the farm: a statement that waits longer than 2 s for a lock fails. */
const farm = openSql(database.url, 3);
const client = openSql(database.url, 1);
afterAll(async () => {
  for (const connections of [farm, client]) await connections.end();
});
const pids = async (connections: Sql) =>
  (await connections<{ pid: number }[]>`select pg_backend_pid() as pid`)[0]?.pid ?? 0;
let migrating: number;
beforeAll(async () => {
  await sql`select set_config('search_path', 'public', false)`;
  migrating = await pids(client);
});
const warned: string[] = [];
const step = { what: 'the step', warn: (message: string) => void warned.push(message) };
beforeEach(() => void warned.splice(0));

/** A transaction of the farm that has written these tables. Ends with the test. */
async function aWriter(...tables: readonly string[]) {
  const { tx: writer, end } = await openTransaction(farm);
  await writer`set local lock_timeout = 2000`;
  for (const table of tables) await writer.unsafe(`lock table ${table} in row exclusive mode`);
  const [session] = await writer<{ pid: number }[]>`select pg_backend_pid() as pid`;
  return { pid: session?.pid ?? 0, writer, end };
}

/** Resolves when the step waits for this table. */
const waitUntilWaiting = (table: string, pid = migrating) =>
  waitForRow(
    () => sql`select from pg_locks where not granted and pid = ${pid}
      and relation = ${table}::regclass`,
    { everyMs: 5, what: `the step to wait for ${table}` },
  );

/** A statement of the farm on a table. It fails if it waits longer than 2 s. */
const read = (table: string) =>
  farm.begin(async (tx) => {
    await tx`set local lock_timeout = 2000`;
    return await tx.unsafe(`select from ${table} limit 1`);
  });

const migration = (name: string, folderMillis: number, ...statements: readonly string[]) => ({
  name,
  sql: [...statements],
  hash: name,
  folderMillis,
});
const LATER = 9_000_000_000_000;
const recorded = async () =>
  (
    await sql`select hash from drizzle.__drizzle_migrations where created_at >= ${LATER}
      order by created_at`
  ).map(({ hash }) => hash);
const columns = async () =>
  (
    await sql`select attname from pg_attribute where attrelid = 'jobs'::regclass
      and attname ~ '^later' and not attisdropped order by 1`
  ).map(({ attname }) => attname);

it('each try locks its tables in one order, and begins with another table', () => {
  const tables = ['public.users', 'public.jobs', 'public.users'];
  expect([1, 2, 3].map((tries) => inLockOrder(tables, tries))).toEqual([
    ['public.jobs', 'public.users'],
    ['public.users', 'public.jobs'],
    ['public.jobs', 'public.users'],
  ]);
});

it('a statement that queues behind a step gets through while the table stays in use', async () => {
  const { end } = await aWriter('jobs');
  const done = aMoment();
  const stepping = runStep(client, step, async ({ lock }) => {
    await lock(['public.jobs']);
    done.now();
  });
  for (let round = 0; round < 3; round += 1) {
    await waitUntilWaiting('jobs');
    await read('jobs');
  }
  await end();
  await done.come;
  await stepping;
});

it('a step gives way to a transaction that waits for it in a circle', async () => {
  for (let round = 0; round < 3; round += 1) {
    const first = await aWriter('jobs');
    const { pid, writer, end } = await aWriter('users');
    const tables = ['public.attempts', 'public.jobs', 'public.users'];
    const stepping = runStep(client, step, ({ lock }) => lock(tables));
    await waitUntilWaiting('jobs');
    // The writer waits first, so PostgreSQL would choose it as the victim of a deadlock.
    const writing = writer`lock table attempts in row exclusive mode`.execute();
    await Promise.race([waitUntilWaiting('attempts', pid), writing]);
    await first.end();
    await writing;
    await end();
    await stepping;
  }
});

it('migrate changes functions while all tables are in use', async () => {
  const tables = await sql<{ name: string }[]>`
    select oid::regclass::text as name from pg_class
    where relkind = 'r' and relnamespace = 'public'::regnamespace
      and relname <> 'applied_functions'`;
  await aWriter(...tables.map(({ name }) => name));
  await sql`update applied_functions set hash = 'of another version'`;
  await sql`create or replace function is_guarded() returns boolean language sql return false`;
  await migrate(database.url);
  const [row] = await sql`select prosrc <> '' as "isRight" from pg_proc
    where proname = 'is_guarded'`;
  expect(row).toEqual({ isRight: true });
});

it('a table that stays in use is named with its holder, and nothing has changed', async () => {
  const { pid, writer } = await aWriter('jobs');
  const [who] = await writer<{ user: string }[]>`select current_user as user`;
  const change = [migration('held', LATER, 'ALTER TABLE "jobs" ADD COLUMN "later" integer')];
  await expect(runMigrations(client, change, { ...step, mostRepeatsMs: 1000 })).rejects.toThrow(
    `Another session uses the table jobs, so the migration held waits: process ${pid} of ` +
      `PostgreSQL, user ${who?.user}. It can be ended by SELECT pg_terminate_backend(${pid}). ` +
      'Nothing of the migration held has changed so far.',
  );
  expect(await columns()).toEqual([]);
  expect(await recorded()).toEqual([]);
});

it('the holder is named while the step goes on waiting', async () => {
  const { end } = await aWriter('jobs');
  const stepping = runStep(client, step, ({ lock }) => lock(['public.jobs']));
  await expect.poll(() => warned).toEqual([expect.stringContaining('uses the table jobs')]);
  await end();
  await stepping;
});

it('a migration that fails leaves the earlier ones done, and the next run goes on', async () => {
  const first = migration('first', LATER, 'ALTER TABLE "jobs" ADD COLUMN "later" integer');
  const text = 'ALTER TABLE "jobs" ADD COLUMN "later_2" integer';
  const broken = migration('second', LATER + 1, text, 'ALTER TABLE "jobs" ADD COLUMN "later" text');
  await expect(runMigrations(client, [first, broken], step)).rejects.toThrow('already exists');
  expect(await columns()).toEqual(['later']);
  expect(await recorded()).toEqual(['first']);
  await runMigrations(client, [first, migration('second', LATER + 1, text)], step);
  expect(await columns()).toEqual(['later', 'later_2']);
  expect(await recorded()).toEqual(['first', 'second']);
  await sql`alter table jobs drop column later, drop column later_2`;
  await sql`delete from drizzle.__drizzle_migrations where created_at >= ${LATER}`;
});

it('a migration that takes long is undone in time beside others, and done when alone', async () => {
  const slow = [
    migration('slow', LATER, 'ALTER TABLE "jobs" ADD COLUMN "later" integer', 'select pg_sleep(2)'),
  ];
  const stepping = runMigrations(client, slow, step);
  stepping.catch(() => undefined);
  await waitForRow(
    () => sql`select from pg_locks where granted and pid = ${migrating}
      and relation = 'jobs'::regclass and mode = 'AccessExclusiveLock'`,
    { everyMs: 5, what: 'the step to hold jobs' },
  );
  await read('jobs');
  await expect(stepping).rejects.toThrow(
    'the migration slow may hold a table for 1 s, and needs longer.',
  );
  expect(await columns()).toEqual([]);

  const alone = await testDatabase();
  onTestFinished(() => alone.drop());
  const only = openSql(alone.url, 1);
  await runMigrations(only, slow, step);
  await only.end();
});

it('an index is made while others write, also after a run that was ended', async () => {
  await sql`create index later_index on jobs (name)`;
  const index = [
    migration('index', LATER, 'CREATE INDEX CONCURRENTLY "later_index" ON "jobs" ("id")'),
  ];
  const { end } = await aWriter('jobs');
  const making = runMigrations(client, index, step);
  await waitForRow(
    () => sql`select from pg_stat_activity where pid = ${migrating} and wait_event_type = 'Lock'`,
    { what: 'the index to wait for the writer' },
  );
  await read('jobs');
  await sql`insert into jobs (id, name, submitted_by, max_attempts)
    values (gen_random_uuid(), 'Intro', 'sam', 3)`;
  await end();
  await making;
  const [found] = await sql`select indisvalid as valid, pg_get_indexdef(indexrelid) as text
    from pg_index where indexrelid = 'later_index'::regclass`;
  expect(found).toMatchObject({ valid: true, text: expect.stringContaining('(id)') });
  expect(await recorded()).toEqual(['index']);
  await sql`drop index later_index`;
  await sql`delete from drizzle.__drizzle_migrations where created_at >= ${LATER}`;
});
