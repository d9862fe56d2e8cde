import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { prepare } from '../../prepared/prepare.ts';

const read = prepare<{ at: string }>(() => sql`select clock_timestamp() as at`);

/** Rows: none. Reads the clock of the database. */
export async function readClock(db: Database): Promise<Date> {
  const [row] = await read(db);
  if (row === undefined) throw new Error('the query for the time returned no row');
  return new Date(row.at);
}
