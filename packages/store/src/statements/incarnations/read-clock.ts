import { sql } from 'drizzle-orm';
import type { Database } from '../../connect.ts';

/** Rows: none; the clock of the database. */
export async function readClock(db: Database): Promise<Date> {
  const [row] = await db.execute<{ at: string }>(sql`select clock_timestamp() as at`);
  if (row === undefined) throw new Error('the database gave no time');
  return new Date(row.at);
}
