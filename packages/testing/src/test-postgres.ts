/*
 * Databases for tests:
 *
 * 1. Before the first test of a run, one temporary PostgreSQL starts and `migrate` makes a
 *    template.
 * 2. A test file clones the template (`testDatabase`) and drops the clone at its end. A NOTIFY
 *    stays within one database, so test files do not disturb each other.
 * 3. After the last test, the run fails if a connection or a clone is left. The server and its
 *    folder are removed in any case.
 *
 * Vitest loads `packages/store/testing/global-setup.ts`, which brings the migrations.
 */
import { constants } from 'node:fs';
import { access, statfs } from 'node:fs/promises';
import { startLocalPostgres } from '@renderdeck/local-postgres';
import postgres from 'postgres';
import { TEMPLATE } from './database.ts';
import { failRun } from './fail-run.ts';
import { MEMORY_DISK } from './leak-check.ts';
import { oncePerRun } from './once-per-run.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { waitFor } from './wait-for.ts';

/** Migrates the database of this URL to the newest schema. */
type Migrate = (url: string) => Promise<unknown>;

/** The databases of all workers of a run, and the log of changes. */
const NEEDED_BYTES = 4 * 1024 ** 3;

/** Starts the server for all database projects of the run. Returns the function that ends it. */
export function startTestPostgres(migrate: Migrate): Promise<() => Promise<void>> {
  return oncePerRun('postgres', async () => {
    const folder = await temporaryFolder(`test-${process.pid}-postgres`, await findMemoryDisk());
    const server = await startLocalPostgres({
      dataDir: folder.path,
      throwAway: true,
      // Enough for the farms of several test files.
      maxConnections: 400,
    });
    const sql = postgres(server.url('postgres'), { max: 1, onnotice: () => {} });
    await sql`CREATE DATABASE ${sql(TEMPLATE)}`;
    await migrate(server.url(TEMPLATE));
    process.env.RENDERDECK_TEST_POSTGRES = server.url('postgres');
    return async () => {
      await waitFor(async () => (await findLeft(sql)).length === 0, { withinMs: 30_000 }).catch(
        async () => {
          const left = (await findLeft(sql)).join('; ');
          failRun(`Left behind in PostgreSQL (end the connection, drop the database): ${left}`);
        },
      );
      await sql.end();
      await server.stop();
      await folder.remove();
    };
  });
}

/** A clone has 500 files. A disk in memory makes and removes them in a fifth of the CPU time. */
async function findMemoryDisk(): Promise<string | undefined> {
  try {
    await access(MEMORY_DISK, constants.W_OK);
    const { bavail, bsize } = await statfs(MEMORY_DISK);
    return bavail * bsize > NEEDED_BYTES ? MEMORY_DISK : undefined;
  } catch {
    return undefined;
  }
}

async function findLeft(sql: postgres.Sql): Promise<string[]> {
  const left = await sql<{ left: string }[]>`
    SELECT 'connection to ' || datname || ': ' || left(query, 100) AS left
      FROM pg_stat_activity
      WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
    UNION ALL
    SELECT 'database ' || datname FROM pg_database WHERE datname LIKE 'test\\_%'`;
  return left.map((row) => row.left);
}
