import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate as runMigrations } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';
import { explainConnection } from './explain-connection.ts';
import { grantRoles, restrictHostLogins } from './grant-roles.ts';
import { MIGRATIONS_FOLDER } from './migrations-folder.ts';

/** Any number that only migrations use, so that two of them run one after the other. */
const MIGRATION_LOCK = 7702;

const OLDEST_VERSION = 15;

/**
 * Brings the schema and the roles' grants up to this version. Safe to repeat, also from several
 * processes at once. Calls `warn` with what it had no right to do. Throws a sentence that says what
 * to do where the database cannot be used. `hasAdmin`: somebody can sign in as an admin.
 */
export async function migrate(
  url: string,
  warn: (message: string) => void = () => undefined,
): Promise<{ readonly hasAdmin: boolean }> {
  // No statement returns an array; the lookup of types would come before the check of the version.
  const options = { max: 1, onnotice: () => undefined, connect_timeout: 10, fetch_types: false };
  const client = postgres(url, options);
  try {
    await refuseOldVersion(client);
    await client`select pg_advisory_lock(${MIGRATION_LOCK})`;
    await runMigrations(drizzle(client), { migrationsFolder: MIGRATIONS_FOLDER });
    await grantRoles(client, warn);
    await restrictHostLogins(client, warn);
    const admins = await client`select from users where role = 'admin' and not disabled limit 1`;
    return { hasAdmin: admins.length > 0 };
  } catch (error) {
    const sentence = explainConnection(error, url);
    throw sentence === null ? error : new Error(sentence, { cause: error });
  } finally {
    await client.end();
  }
}

async function refuseOldVersion(client: postgres.Sql): Promise<void> {
  // The simple protocol: every pooler and every version answers it.
  const [row] = await client.unsafe('show server_version').simple();
  const version = String(row?.server_version);
  if (Number.parseInt(version, 10) < OLDEST_VERSION)
    throw new Error(
      `The database is PostgreSQL ${version}; ` +
        `Renderdeck needs ${OLDEST_VERSION} or newer. Use a newer server.`,
    );
}
