import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';

/** Rows: counts the hosts that have a free slot, whatever rows the login may see. */
export async function countIdleHosts(db: Database): Promise<number> {
  const [row] = await db.execute<{ idle: number }>(sql`select hosts_with_free_slots() as idle`);
  return row?.idle ?? 0;
}
