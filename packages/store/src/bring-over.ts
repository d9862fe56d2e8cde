/*
 * `migrate --bring-over`: changes a database from before the first release to the baseline of
 * migrations and keeps all its data. Decision 0082.
 *
 * 1. It accepts only the last schema before the baseline. It refuses any other database and leaves
 *    it unchanged.
 * 2. One transaction renames everything that has another name now, and replaces the recorded
 *    migrations by the baseline. Everything after that is an ordinary migration.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import type postgres from 'postgres';
import { runTransaction } from './run-transaction.ts';
import { MIGRATIONS_FOLDER } from './schema-state.ts';

/** The last migration before the baseline, and when it was made. */
const LAST = { name: '0044_host_shapes', at: 1795907583355, number: 45 };
const FOLDER = fileURLToPath(new URL('../bring-over', import.meta.url));

/** Throws a sentence if the database does not have the schema of LAST; nothing is changed then. */
export async function bringOver(client: postgres.Sql): Promise<void> {
  await runTransaction(client, async (_send, tx) => {
    const [found] = await tx<{ last: string; number: number }[]>`
      select max(created_at)::text as last, count(*)::int as number
      from drizzle.__drizzle_migrations`;
    if (Number(found?.last) !== LAST.at || found?.number !== LAST.number)
      throw new Error(
        `The database is older than ${LAST.name}, the last migration before the first release. ` +
          'First migrate it with the Renderdeck version that has this migration as its last one. ' +
          'Then run migrate --bring-over again.',
      );
    await tx.unsafe(await readFile(join(FOLDER, `${LAST.name}.sql`), 'utf8'));
    const [baseline] = readMigrationFiles({ migrationsFolder: MIGRATIONS_FOLDER });
    if (baseline === undefined) throw new Error('There is no migration.');
    await tx`delete from drizzle.__drizzle_migrations`;
    await tx`insert into drizzle.__drizzle_migrations (hash, created_at)
      values (${baseline.hash}, ${baseline.folderMillis})`;
  });
}
