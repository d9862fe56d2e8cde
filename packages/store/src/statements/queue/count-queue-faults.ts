import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';

/**
 * Rows: compares queue_counts with all of jobs_queue, in one snapshot. Lock: none. Returns how many
 * blocks differ: more than 0 only if somebody wrote to jobs without a change row.
 */
export async function countQueueFaults(db: Database): Promise<number> {
  const [row] = await db.execute<{ faults: number }>(
    sql`select count(*)::int as faults from queue_faults()`,
  );
  return row?.faults ?? 0;
}
