import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';

/** `locked`: another session folds. `invalid`: a recount must come first. */
export type FoldedCounts =
  | { readonly kind: 'folded'; readonly changes: number }
  | { readonly kind: 'locked' | 'invalid' };

/**
 * Rows: adds the changes of the queue that no fold has seen to queue_counts, by job_changes_q, and
 * saves which changes these are. Lock: the lock of the counts, without waiting for it. Positions
 * are exact before and after a fold; a fold only makes them cheaper.
 */
export async function foldQueueCounts(db: Database): Promise<FoldedCounts> {
  const [row] = await db.execute<{ folded: string }>(sql`select queue_fold() as folded`);
  const changes = Number(row?.folded);
  if (changes === -1) return { kind: 'locked' };
  return changes === -2 ? { kind: 'invalid' } : { kind: 'folded', changes };
}

/**
 * Rows: calculates queue_counts again from jobs_in_order. Lock: the lock of the counts, so it waits
 * for a running fold. No writer of jobs waits for it.
 */
export async function recountQueue(db: Database): Promise<void> {
  await db.execute(sql`select queue_recount()`);
}

/**
 * Rows: compares queue_counts with all of jobs_in_order, in one snapshot. Lock: none. Returns how
 * many blocks differ: more than 0 only if somebody wrote to jobs without a change row.
 */
export async function countQueueFaults(db: Database): Promise<number> {
  const [row] = await db.execute<{ faults: number }>(
    sql`select count(*)::int as faults from queue_faults()`,
  );
  return row?.faults ?? 0;
}
