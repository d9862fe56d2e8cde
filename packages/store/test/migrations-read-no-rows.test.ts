/*
 * While a migration holds a table, it reads none of its rows and writes none of them anew. So it
 * holds a table of a million jobs for as long as one of a thousand. PostgreSQL's own counters say
 * what was read, so a fast machine hides nothing.
 */
import { emptyDatabase } from '@renderdeck/testing/previous-release';
import { beforeAll, expect, it } from 'vitest';
import { beforeTables } from '../src/functions.ts';
import { migrate } from '../src/migrate.ts';
import { isCalm, readMigrations, runMigrations } from '../src/run-migrations.ts';
import { MIGRATIONS_FOLDER } from '../src/schema-state.ts';
import { openTestStore } from './open-test-store.ts';

const ROWS = 1000;
/** The first ones made the tables before farms were migrated at work. */
const [tables, publications, ...later] = readMigrations(MIGRATIONS_FOLDER);
const FIRST = [tables, publications].filter((one) => one !== undefined);

/** How each table that can be long is filled: the columns, and their values in row n. */
const FILLED: Readonly<Record<string, readonly [columns: string, values: string]>> = {
  jobs: ['id, name, submitted_by, max_attempts', `md5('j' || n)::uuid, 'Intro', 'sam', 3`],
  attempts: [
    'id, job_id, number, host, worker_id, tree_marker',
    `md5('a' || n)::uuid, md5('j' || n)::uuid, 1, 'render-01', gen_random_uuid(), 'm'`,
  ],
  attempt_log: ['attempt_id, seq, stream, lines', `md5('a' || n)::uuid, 1, 'stdout', '["x"]'`],
  job_changes: [
    'job_id, version, event, status_after, actor',
    `md5('j' || n)::uuid, 1, 'submit', 'QUEUED', 'sam'`,
  ],
  job_definitions: ['job_id, nexrender_job', `md5('j' || n)::uuid, '{}'`],
  audit_log: [
    'actor_kind, actor, channel, action, outcome',
    `'user', 'sam', 'rest', 'submitJob', 'done'`,
  ],
  render_hosts: [
    `name, worker_id, boot_id, pid, start_token, slots, version, platform, renderer, stand_in,
     container, lease_ms`,
    `'host ' || n, gen_random_uuid(), 'b', 1, '1', 1, '0.1.0', 'linux', 'r', true, 'none', 9000`,
  ],
  render_paces: ['key, renders, mean_ms, at', 'md5(n::text), 1, 1, now()'],
  webhooks: [
    'id, name, address, events, shape, created_by',
    `md5('w' || n)::uuid, 'w' || n, 'https://a.example', '[]', 'renderdeck', 'ada'`,
  ],
  webhook_deliveries: [
    'webhook_id, type, facts, give_up_at',
    `md5('w' || n)::uuid, 'job.ended', '{}', now()`,
  ],
  measures: ['name, hour, part, at_most_ms, count, sum_ms', `'m', now(), 'p' || n, 1, 1, 1`],
};
/** One row, or one for each setting. */
const SHORT = ['applied_functions'];

const { database, sql } = openTestStore();
const step = { warn: () => undefined };

type Table = { readonly name: string; readonly file: string; readonly read: number };

/** The tables, each with the file of its rows, and how many rows were read one after the other. */
async function readTables(): Promise<readonly Table[]> {
  await sql`select pg_stat_force_next_flush()`;
  return await sql<Table[]>`
    select relname as name, pg_relation_filenode(relid)::text as file, seq_tup_read::int as read
    from pg_stat_user_tables where schemaname = 'public' order by relname`;
}

/** What the work did with rows that were there before. */
async function findWorkOnRows(what: string, work: () => Promise<unknown>): Promise<string[]> {
  const before = await readTables();
  await work();
  const after = await readTables();
  return before.flatMap(({ name, file, read }) => {
    const now = after.find((table) => table.name === name);
    const rows = (now?.read ?? 0) - read;
    return [
      ...(rows >= ROWS ? [`${what} reads ${rows} rows of ${name}`] : []),
      ...(now?.file === file ? [] : [`${what} writes ${name} anew`]),
    ];
  });
}

const run = (migration: (typeof later)[number]) => runMigrations(sql, [migration], step);

beforeAll(async () => {
  await emptyDatabase(sql);
  await sql.unsafe(`create schema drizzle; create table drizzle.__drizzle_migrations
    (id serial primary key, hash text not null, created_at bigint); ${beforeTables()}`);
  await runMigrations(sql, FIRST, step);
  for (const [table, [columns, values]] of Object.entries(FILLED))
    await sql.unsafe(
      `insert into ${table} (${columns}) select ${values} from generate_series(1, ${ROWS}) n`,
    );
});

it('no migration reads rows while it holds their table, nor do functions and rights', async () => {
  const found: string[] = [];
  for (const migration of later) {
    const known = (await readTables()).map(({ name }) => name);
    const changed = /^\s*alter table "?(\w+)"?/i.exec(migration.sql.join('\n'))?.[1] ?? 'jobs';
    if (known.includes(changed)) expect([...Object.keys(FILLED), ...SHORT]).toContain(changed);
    const work = await findWorkOnRows(migration.name, () => run(migration));
    if (!isCalm(migration)) found.push(...work);
  }
  expect(found).toEqual([]);
  const rest = () => migrate(database.url);
  expect(await findWorkOnRows('the change of functions and rights', rest)).toEqual([]);
});

it('a migration that checks rows, or writes them anew, is found', async () => {
  const folderMillis = 9_000_000_000_000;
  const text = (column: string) => `ALTER TABLE "jobs" ADD COLUMN ${column}`;
  const one = (name: string, ...statements: string[]) => ({
    name,
    sql: statements,
    hash: name,
    folderMillis,
  });
  const checks = one('checks', 'ALTER TABLE "jobs" ADD CONSTRAINT c CHECK (version > 0)');
  expect(await findWorkOnRows('checks', () => run(checks))).toEqual([
    `checks reads ${ROWS} rows of jobs`,
  ]);
  const writes = { ...one('writes', text('"later" uuid DEFAULT gen_random_uuid()')) };
  const again = { ...writes, folderMillis: folderMillis + 1 };
  expect(await findWorkOnRows('writes', () => run(again))).toContain('writes writes jobs anew');
});
