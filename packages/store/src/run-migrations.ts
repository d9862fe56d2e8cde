/*
 * The migrations of the tables, each in a step of its own (brief-step.ts). A step also records its
 * migration, so if `migrate` dies between two steps, the next `migrate` goes on there.
 *
 * A migration of calm statements only (CREATE INDEX CONCURRENTLY and the like) is no transaction:
 * such a statement may take long, and the farm writes during it.
 */
import { readdirSync } from 'node:fs';
import { type MigrationMeta, readMigrationFiles } from 'drizzle-orm/migrator';
import type postgres from 'postgres';
import { runStep, type StepOptions } from './brief-step.ts';

/** Statements during which other sessions read and write the table. */
const CALM =
  /^\s*(?:create|drop)\s+(?:unique\s+)?index\s+concurrently\b|\bvalidate\s+constraint\b/i;
const CREATED_INDEX = /^\s*create\s+(?:unique\s+)?index\s+concurrently\s+(\S+)\s+on\b/i;

type Migration = Pick<MigrationMeta, 'sql' | 'hash' | 'folderMillis'> & { readonly name: string };

/** `rows`: about how many; -1 if PostgreSQL has not counted them yet. */
export type TableInUse = { readonly name: string; readonly rows: number };

/** The migrations of a folder that drizzle-kit wrote, in their order. */
export function readMigrations(folder: string): Migration[] {
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort();
  return readMigrationFiles({ migrationsFolder: folder }).map((file, index) => ({
    ...file,
    name: names[index]?.replace('.sql', '') ?? `${index}`,
  }));
}

/** Whether it holds no table against those who read and write it, however long it takes. */
export function isCalm(migration: Pick<Migration, 'sql'>): boolean {
  return migration.sql.every((text) => CALM.test(text));
}

/** Runs the migrations that the database does not have. */
export async function runMigrations(
  client: postgres.Sql,
  migrations: readonly Migration[],
  options: Omit<StepOptions, 'what'>,
): Promise<void> {
  for (const migration of await findPending(client, migrations))
    await run(client, migration, options);
}

/** The migrations that the database does not have. It must have the record of migrations. */
export async function findPending(
  client: postgres.Sql,
  migrations: readonly Migration[],
): Promise<readonly Migration[]> {
  const [applied] = await client<{ last: string | null }[]>`
    select max(created_at)::text as last from drizzle.__drizzle_migrations`;
  return migrations.filter(({ folderMillis }) => folderMillis > Number(applied?.last ?? 0));
}

async function run(
  client: postgres.Sql,
  migration: Migration,
  options: Omit<StepOptions, 'what'>,
): Promise<void> {
  const record = `insert into drizzle.__drizzle_migrations (hash, created_at)
    values ('${migration.hash}', ${migration.folderMillis})`;
  if (isCalm(migration)) {
    // These statements wait for transactions that are open, but nothing waits for them.
    await client.unsafe('set lock_timeout = 0');
    for (const text of migration.sql) {
      // A statement that was ended leaves an index that is not valid.
      const index = CREATED_INDEX.exec(text)?.[1];
      if (index !== undefined) await client.unsafe(`drop index concurrently if exists ${index}`);
      await client.unsafe(text);
    }
    await client.unsafe(record);
    return;
  }
  const step = { ...options, what: `the migration ${migration.name}` };
  await runStep(client, step, async ({ tx, run: runText, lock }) => {
    await lock((await findTables(tx, migration.sql)).map(({ name }) => name));
    for (const text of migration.sql) await runText(text);
    await runText(record);
  });
}

/**
 * Every existing table whose name, or the name of one of its indexes, is a word of the statements.
 * Some may need no lock: a column can have the name of a table.
 */
export async function findTables(
  tx: postgres.ISql,
  statements: readonly string[],
): Promise<readonly TableInUse[]> {
  const words = [...new Set(statements.join(' ').match(/\w+/g))];
  return await tx<TableInUse[]>`
    select distinct format('%I.%I', n.nspname, t.relname) as name, t.reltuples::float8 as rows
    from pg_class c left join pg_index i on i.indexrelid = c.oid
      join pg_class t on t.oid = coalesce(i.indrelid, c.oid) and t.relkind in ('r', 'p')
      join pg_namespace n on n.oid = t.relnamespace and n.nspname = 'public'
    where c.relname in
      (select jsonb_array_elements_text(${JSON.stringify(words)}::text::jsonb))`;
}
