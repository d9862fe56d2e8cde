import { sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { sqlState } from './sql-state.ts';

/** The operator limits temporary files (temp_file_limit). */
const NOT_ALLOWED = '53400';

/**
 * Fails with 53100 if the disk of the database's data has less than about 256 kB left. PostgreSQL
 * writes a temporary file of about 500 kB beside the tables, and removes it at once; no row and no
 * table changes. Measured on a full disk: a commit without rows and a notification succeed there,
 * because they write only WAL; what needs a new page fails. Proves nothing if the operator forbids
 * temporary files. Rows: none. Locks: none.
 */
export async function proveSpace(db: Database): Promise<void> {
  const spill = (tx: Database) =>
    Promise.all([
      tx.execute(sql`set local work_mem = '64kB'`),
      tx.execute(sql`set local temp_tablespaces = ''`),
      tx.execute(sql`select count(*) from generate_series(1, 20000)`),
    ]);
  try {
    await db.begin(spill, { accessMode: 'read only' });
  } catch (error) {
    if (sqlState(error) !== NOT_ALLOWED) throw error;
  }
}
