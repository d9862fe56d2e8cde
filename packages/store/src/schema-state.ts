import { fileURLToPath } from 'node:url';
import { VERSION } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import type { Queries } from './database.ts';
import { functionsHash } from './functions.ts';

export type SchemaState = {
  /** `earlier` includes an empty database. `beforeBaseline`: made before the first release. */
  readonly tables: 'earlier' | 'this' | 'later' | 'beforeBaseline';
  readonly functions: 'earlier' | 'this' | 'later';
  /** A function that was applied but no longer exists. */
  readonly missing: string | null;
};

/** Compares the schema of a database with the schema of this version. Changes nothing. */
export async function readSchemaState(db: Queries): Promise<SchemaState> {
  const [known] = await db.execute<{ migrations: boolean; functions: boolean }>(sql`
    select to_regclass('drizzle.__drizzle_migrations') is not null as migrations,
      to_regclass('public.applied_functions') is not null as functions`);
  return {
    tables: known?.migrations ? await stateOfTables(db) : 'earlier',
    ...(known?.functions ? await stateOfFunctions(db) : NO_FUNCTIONS),
  };
}

const NO_FUNCTIONS = { functions: 'earlier', missing: null } as const;

/** The folder of the migrations, which is part of the package. */
export const MIGRATIONS_FOLDER = fileURLToPath(new URL('../migrations', import.meta.url));

async function stateOfTables(db: Queries): Promise<SchemaState['tables']> {
  const files = readMigrationFiles({ migrationsFolder: MIGRATIONS_FOLDER });
  const [applied] = await db.execute<{ first: string | null; last: string | null }>(sql`
    select min(created_at)::text as first, max(created_at)::text as last
    from drizzle.__drizzle_migrations`);
  const last = Number(applied?.last ?? 0);
  const newest = files.at(-1)?.folderMillis ?? 0;
  if (last > 0 && Number(applied?.first) < (files[0]?.folderMillis ?? 0)) return 'beforeBaseline';
  if (last === newest) return 'this';
  return last < newest ? 'earlier' : 'later';
}

async function stateOfFunctions(db: Queries): Promise<Omit<SchemaState, 'tables'>> {
  const [applied] = await db.execute<{ hash: string; version: string; missing: string | null }>(sql`
    select hash, version, (select min(name) from jsonb_array_elements_text(functions) as name
      where to_regprocedure(name) is null) as missing
    from public.applied_functions`);
  if (applied === undefined) return NO_FUNCTIONS;
  const { hash, version, missing } = applied;
  if (hash === functionsHash()) return { functions: 'this', missing };
  const isLater = version.localeCompare(VERSION, 'en', { numeric: true }) > 0;
  return { functions: isLater ? 'later' : 'earlier', missing };
}

/** What to do about a schema that `migrate` does not accept; null if it accepts the schema. */
export function explainRefused({ tables, functions }: SchemaState): string | null {
  if (tables === 'beforeBaseline')
    return (
      'The database was made before the first release of Renderdeck. Stop every API and worker, ' +
      'save it (docs/postgres.md), and run `npx -y pnpm@10.34.9 migrate --bring-over` once with ' +
      'the same DATABASE_URL; where `start` runs the database, ' +
      '`npx -y pnpm@10.34.9 start --bring-over`.'
    );
  return tables === 'later' || functions === 'later'
    ? 'The database was migrated by a newer version of Renderdeck; start that version.'
    : null;
}

/** What to do about a schema of another version; null if it is complete and of this version. */
export async function versionProblem(db: Queries): Promise<string | null> {
  const state = await readSchemaState(db);
  const refused = explainRefused(state);
  if (refused !== null) return refused;
  const migrate = 'run `npx -y pnpm@10.34.9 migrate` with the same DATABASE_URL, then start again.';
  if (state.tables === 'earlier' || state.functions === 'earlier')
    return `The database is not migrated to this version; ${migrate}`;
  return state.missing === null
    ? null
    : `The database has lost its function ${state.missing}; ${migrate}`;
}
