import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate as runMigrations } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';
import { grantRoles } from './grant-roles.ts';
import { MIGRATIONS_FOLDER } from './migrations-folder.ts';

/** Any number that only migrations take: two that start at once run one after the other. */
const MIGRATION_LOCK = 7702;

/**
 * Brings the database up to this version's schema, and its roles to their grants; safe to repeat and to run from several processes at once. What it
 * had to leave undone it tells.
 */
export async function migrate(
  url: string,
  tell: (sentence: string) => void = () => undefined,
): Promise<void> {
  const client = postgres(url, { max: 1, onnotice: () => undefined, connect_timeout: 10 });
  try {
    await client`select pg_advisory_lock(${MIGRATION_LOCK})`;
    await runMigrations(drizzle(client), { migrationsFolder: MIGRATIONS_FOLDER });
    await grantRoles(client, tell);
  } finally {
    await client.end();
  }
}
