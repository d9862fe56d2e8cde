/*
 * A database from before the first release: every program refuses it, and `migrate --bring-over`
 * keeps all its data.
 */
import { LAST_BEFORE_BASELINE, makeEarly } from '@renderdeck/testing/before-baseline';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { migrate } from '../src/connect.ts';
import { describeSchema } from './describe-schema.ts';
import { openTestStore } from './open-test-store.ts';

const { database, store, sql } = openTestStore();
let fresh: Awaited<ReturnType<typeof describeSchema>>;
beforeAll(async () => {
  fresh = await describeSchema(sql);
});

beforeEach(async () => {
  await makeEarly(sql);
  await sql.unsafe(`
    insert into render_hosts (name, host_id, worker_id, boot_id, pid, start_token, slots, version,
        platform, renderer, stand_in, container, lease_ms,
        trouble)
      values ('ae-01', gen_random_uuid(), gen_random_uuid(), 'boot', 1, '1', 1, '0.1.0', 'linux',
        'aerender 25.0', false, 'cgroup', 30000, 'There is no aerender.');
    insert into jobs (id, name, submitted_by, max_attempts)
      values ('00000000-0000-4000-8000-000000000001', 'Intro', 'sam', 3);
    insert into attempts (id, job_id, number, host, worker_id, cookie)
      select gen_random_uuid(), id, 1, 'ae-01', gen_random_uuid(), 'marker' from jobs;
    insert into refusal_counts (minute, who, actor_kind, actor, channel, whole, more)
      values (now(), 'nobody', 'stranger', 'unknown', 'trpc', 1, '{"login": 4}');
    insert into audit_log (actor_kind, actor, channel, action, outcome)
      values ('stranger', 'unknown', 'trpc', 'login', 'refused'),
        ('user', 'ada', 'trpc', 'login', 'done');
    insert into audit_seals (seq, audit_id, hash, sealed_below)
      select id, id, 'sealed', pg_current_xact_id() from audit_log`);
});

/** Every row of every table, as text. */
async function allRows(): Promise<string[]> {
  const tables = await sql<{ name: string }[]>`
    select oid::regclass::text as name from pg_class
    where relkind = 'r' and relnamespace in ('public'::regnamespace, 'drizzle'::regnamespace)`;
  const rows: string[] = [];
  for (const { name } of tables)
    for (const row of await sql.unsafe(`select t::text from ${name} t`))
      rows.push(`${name} ${row.t}`);
  return rows.sort();
}
const everything = async () => [...(await describeSchema(sql)), ...(await allRows())];

const SENTENCE =
  'The database was made before the first release of Renderdeck. Stop every API and worker, ' +
  'save it (docs/postgres.md), and run `npx -y pnpm@10.34.9 migrate --bring-over` once with the ' +
  'same DATABASE_URL; where `start` runs the database, `npx -y pnpm@10.34.9 start --bring-over`.';

it('is refused by migrate and by every program, and stays unchanged', async () => {
  const found = await everything();
  await expect(migrate(database.url)).rejects.toThrow(SENTENCE);
  expect(await store.schemaProblem()).toBe(SENTENCE);
  expect(await everything()).toEqual(found);
});

it('is brought over: it has the schema of a new database, and every row is kept', async () => {
  await migrate(database.url, undefined, { bringOver: true });
  expect(await describeSchema(sql)).toEqual(fresh);
  expect(await store.schemaProblem()).toBeNull();
  expect(await sql`select name, problem from render_hosts`).toEqual([
    { name: 'ae-01', problem: 'There is no aerender.' },
  ]);
  expect(await sql`select name, tree_marker from jobs join attempts on job_id = jobs.id`).toEqual([
    { name: 'Intro', tree_marker: 'marker' },
  ]);
  expect(await sql`select actor_kind, whole from refusal_counts`).toEqual([
    { actor_kind: 'anonymous', whole: 1 },
  ]);
  expect(await sql`select actor_kind, actor from audit_log order by id`).toEqual([
    { actor_kind: 'anonymous', actor: 'unknown' },
    { actor_kind: 'user', actor: 'ada' },
  ]);
  // The next API that starts seals each line again.
  expect(await sql`select from audit_seals`).toHaveLength(0);
  await expect(sql`delete from audit_log`).rejects.toThrow('append-only');
  await migrate(database.url);
});

it('an even older database is refused as a whole', async () => {
  await sql`delete from drizzle.__drizzle_migrations where created_at = ${LAST_BEFORE_BASELINE}`;
  const found = await everything();
  await expect(migrate(database.url, undefined, { bringOver: true })).rejects.toThrow(
    'The database is older than 0044_host_shapes, the last migration before the first release.',
  );
  expect(await everything()).toEqual(found);
});
