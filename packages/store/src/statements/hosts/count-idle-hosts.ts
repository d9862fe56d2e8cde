import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';

/** Rows: counts the hosts that have a free slot, including hosts that this login may not see. */
export async function countIdleHosts(db: Database): Promise<number> {
  const [row] = await db.execute<{ idle: number }>(sql`select hosts_with_free_slots() as idle`);
  return row?.idle ?? 0;
}
