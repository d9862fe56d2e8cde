import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate as runMigrations } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';
import { grantRoles, restrictHostLogins } from './grant-roles.ts';
import { MIGRATIONS_FOLDER } from './migrations-folder.ts';

/** Any number that only migrations use, so that two of them run one after the other. */
const MIGRATION_LOCK = 7702;

/**
 * Brings the schema and the roles' grants up to this version. Safe to repeat, also from several
 * processes at once. Calls `warn` with what it had no right to do.
 */
export async function migrate(
  url: string,
  warn: (message: string) => void = () => undefined,
): Promise<void> {
  const client = postgres(url, { max: 1, onnotice: () => undefined, connect_timeout: 10 });
  try {
    await client`select pg_advisory_lock(${MIGRATION_LOCK})`;
    await runMigrations(drizzle(client), { migrationsFolder: MIGRATIONS_FOLDER });
    await grantRoles(client, warn);
    await restrictHostLogins(client, warn);
  } finally {
    await client.end();
  }
}
