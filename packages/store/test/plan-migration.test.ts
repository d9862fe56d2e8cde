/* `migrate --dry-run`: what it says of each step, and that it changes nothing. */
import { expect, it } from 'vitest';
import { planMigration } from '../src/plan-migration.ts';
import { readMigrations } from '../src/run-migrations.ts';
import { MIGRATIONS_FOLDER } from '../src/schema-state.ts';
import { openTestStore } from './open-test-store.ts';

const { database, sql } = openTestStore();

/** The database looks as if this migration and all later ones had not run. */
async function forgetMigrationsFrom(name: string): Promise<void> {
  const first = readMigrations(MIGRATIONS_FOLDER).find((one) => one.name === name);
  if (first === undefined) throw new Error(`There is no migration ${name}.`);
  await sql`delete from drizzle.__drizzle_migrations where created_at >= ${first.folderMillis}`;
}

const countDone = async () => (await sql`select from drizzle.__drizzle_migrations`).length;

it('names the tables of each step, and changes nothing', async () => {
  expect(await planMigration(database.url)).toEqual([
    'The database has the schema of this version.',
  ]);
  await forgetMigrationsFrom('0037_delivery_types_valid');
  await sql`drop table host_invitations cascade`;
  await sql`analyze jobs`;
  await sql`update applied_functions set level = level - 1`;
  const before = await countDone();
  const lines = await planMigration(database.url);
  expect(lines.slice(0, 4)).toEqual([
    '0037_delivery_types_valid: webhook_deliveries; all programs go on.',
    '0038_host_problem_kind: render_hosts; held for at most 1 s.',
    '0039_stop_trace: jobs (about 0 rows); held for at most 1 s.',
    '0040_host_invitations: a new table.',
  ]);
  expect(lines.at(-1)).toBe(
    'Functions, rights and rules: each table that changes, held for at most 1 s.',
  );
  expect(await countDone()).toBe(before);
});

it('says of an empty database that it makes the tables', async () => {
  const none = Object.assign(new URL(database.url), { pathname: '/postgres' });
  expect(await planMigration(none.href)).toEqual([
    'The database has no tables of Renderdeck. migrate makes them.',
  ]);
});
