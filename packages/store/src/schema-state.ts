import { fileURLToPath } from 'node:url';
import { VERSION } from '@renderdeck/domain';
import { callOf } from '@renderdeck/settings';
import { sql } from 'drizzle-orm';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import type { Queries } from './database.ts';
import { functionsHash } from './functions.ts';
import { SCHEMA_LEVEL } from './schema-level.ts';

export type SchemaState = {
  /**
   * `earlier` includes an empty database. `later` has all migrations of this version and others.
   * `beforeBaseline`: made before the first release.
   */
  readonly tables: 'earlier' | 'this' | 'later' | 'beforeBaseline';
  readonly functions: 'earlier' | 'this' | 'later';
  /** The level of the schema, and the least level of a program that may use it. */
  readonly level: number;
  readonly leastLevel: number;
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

const NO_FUNCTIONS = { functions: 'earlier', level: 0, leastLevel: 0, missing: null } as const;

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
  // Read as JSON, because the release before levels has no columns for them.
  const [applied] = await db.execute<Applied>(sql`
    select hash, version, coalesce((to_jsonb(a)->>'level')::int, 1) as level,
      coalesce((to_jsonb(a)->>'least_level')::int, 1) as "leastLevel",
      (select min(name) from jsonb_array_elements_text(functions) as name
        where to_regprocedure(name) is null) as missing
    from public.applied_functions a`);
  if (applied === undefined) return NO_FUNCTIONS;
  const { hash, version, ...facts } = applied;
  if (hash === functionsHash()) return { functions: 'this', ...facts };
  const isLater =
    facts.level > SCHEMA_LEVEL || version.localeCompare(VERSION, 'en', { numeric: true }) > 0;
  return { functions: isLater ? 'later' : 'earlier', ...facts };
}

type Applied = Pick<SchemaState, 'level' | 'leastLevel' | 'missing'> & {
  readonly hash: string;
  readonly version: string;
};

/** What to do about a schema that `migrate` does not accept; null if it accepts the schema. */
export function explainRefused({ tables, functions, level }: SchemaState): string | null {
  if (tables === 'beforeBaseline')
    return (
      'The database was made before the first release of Renderdeck. Stop every API and worker, ' +
      `save it (docs/postgres.md), and run \`${callOf('migrate --bring-over')}\` once with ` +
      'the same DATABASE_URL; where `start` runs the database, ' +
      `\`${callOf('start --bring-over')}\`.`
    );
  return tables === 'later' || functions === 'later' || level > SCHEMA_LEVEL
    ? 'The database was migrated by a newer version of Renderdeck; start that version.'
    : null;
}

/**
 * What to do about a schema that this version may not use; null if it may. A schema of a newer
 * version may be used if that version allows it (schema-level.ts).
 */
export async function versionProblem(db: Queries): Promise<string | null> {
  const state = await readSchemaState(db);
  if (state.tables === 'beforeBaseline') return explainRefused(state);
  if (state.leastLevel > SCHEMA_LEVEL)
    return 'The database needs a newer version of Renderdeck; start that version.';
  const migrate = `run \`${callOf('migrate')}\` with the same DATABASE_URL, then start again.`;
  if (state.tables === 'earlier' || state.functions === 'earlier' || state.level < SCHEMA_LEVEL)
    return `The database is not migrated to this version; ${migrate}`;
  if (state.missing === null) return null;
  const lost = `The database has lost its function ${state.missing};`;
  return explainRefused(state) === null
    ? `${lost} ${migrate}`
    : `${lost} run migrate of the newer version that made it.`;
}
