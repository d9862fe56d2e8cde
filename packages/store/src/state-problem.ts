import { sql } from 'drizzle-orm';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import { MIGRATIONS_FOLDER } from './migrations-folder.ts';

const OLDEST_VERSION = 15;

/** What to do about a server or a database of another kind; null where it can be used. */
export async function serverProblem(
  db: Pick<PostgresJsDatabase, 'execute'>,
): Promise<string | null> {
  const [row] = await db.execute<{ version: string; encoding: string }>(sql`
    select current_setting('server_version') as version,
      current_setting('server_encoding') as encoding`);
  return row === undefined ? null : (explainVersion(row.version) ?? explainEncoding(row.encoding));
}

/** What to do about a server of this version; null where it is new enough. */
export function explainVersion(version: string): string | null {
  return Number.parseInt(version, 10) < OLDEST_VERSION
    ? `The database is PostgreSQL ${version}; ` +
        `Renderdeck needs ${OLDEST_VERSION} or newer. Use a newer server.`
    : null;
}

/** What to do about a database of this encoding; null where it holds every text. */
export function explainEncoding(encoding: string): string | null {
  return encoding === 'UTF8'
    ? null
    : `The database has the encoding ${encoding}, which does not hold every name. Make one with ` +
        'createdb --encoding=UTF8 --template=template0, and let DATABASE_URL lead to it.';
}

/** What to do about a standby; null where the database takes changes. */
export async function standbyProblem(
  db: Pick<PostgresJsDatabase, 'execute'>,
): Promise<string | null> {
  const [row] = await db.execute<{ standby: boolean }>(sql`select pg_is_in_recovery() as standby`);
  return row?.standby
    ? 'The database is a standby, which takes no changes; ' +
        'promote it, or let DATABASE_URL lead to the primary.'
    : null;
}

/** What to do about a schema of another version; null where it is this one. */
export async function versionProblem(
  db: Pick<PostgresJsDatabase, 'execute'>,
): Promise<string | null> {
  const newest =
    readMigrationFiles({ migrationsFolder: MIGRATIONS_FOLDER }).at(-1)?.folderMillis ?? 0;
  const [table] = await db.execute<{ found: string | null }>(
    sql`select to_regclass('drizzle.__drizzle_migrations')::text as found`,
  );
  const applied = table?.found
    ? await db.execute<{ at: string | null }>(
        sql`select max(created_at)::text as at from drizzle.__drizzle_migrations`,
      )
    : [];
  const at = Number(applied[0]?.at ?? 0);
  if (at === newest) return null;
  return at < newest
    ? 'The database is not migrated to this version; ' +
        'run `npx -y pnpm@10.34.9 migrate` with the same DATABASE_URL, then start again.'
    : 'The database was migrated by a newer version of Renderdeck; start that version.';
}
