import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { runPrepared } from '../../prepared/run-prepared.ts';

/** Where to read on, and how many jobs to leave out there. */
export type QueueJump = { readonly after: string; readonly skip: number };

/**
 * Rows: finds the block of the queue that holds the job `skip` jobs behind a key, by queue_counts.
 * Lock: none. Run it within inSnapshot. Where there are no counts it stays at the start.
 */
export async function jumpInQueue(db: Database, after: string, skip: number): Promise<QueueJump> {
  const [row] = await runPrepared<{ after: string; skip: number }>(
    db,
    sql`
    with start as materialized (
      select queue_position(${after}::bigint + 1) - 1 + ${skip}::bigint as jobs_before
    ), edge as materialized (
      select jobs_before, greatest(queue_edge(jobs_before), ${after}::bigint + 1) as key from start
    )
    select (key - 1)::text as after, (jobs_before + 1 - queue_position(key))::int as skip
    from edge`,
  );
  if (row === undefined) throw new Error('a jump in the queue gave no row');
  return row;
}
