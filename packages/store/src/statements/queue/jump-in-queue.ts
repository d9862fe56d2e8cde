import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { runPrepared } from '../../prepared/prepare.ts';

/** The place from which to read, and how many jobs to leave out there. */
export type QueueJump = { readonly after: string; readonly skip: number };

/**
 * Rows: finds the block of the queue with the job that is `skip` jobs behind a key, by
 * queue_counts. Lock: none. Run it within inSnapshot. Without counts it stays at the start.
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
  if (row === undefined) throw new Error('the jump in the queue returned no row');
  return row;
}

/**
 * Rows: counts the queued jobs behind a key, or with `previous` those before it, by queue_counts. A
 * null key means the end of the queue from which the direction starts.
 */
export async function countQueueBeyond(
  db: Database,
  key: string | null,
  direction: 'next' | 'previous',
): Promise<number> {
  const [row] = await runPrepared<{ count: string }>(
    db,
    sql`select ${beyond(key, direction)} as count`,
  );
  return Number(row?.count);
}

function beyond(key: string | null, direction: 'next' | 'previous'): SQL {
  if (key === null) return sql`queue_length()`;
  return direction === 'next'
    ? sql`queue_length() + 1 - queue_position(${key}::bigint + 1)`
    : sql`queue_position(${key}::bigint) - 1`;
}
