import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { runPrepared } from '../../prepared/run-prepared.ts';

/**
 * Rows: counts the queued jobs behind a key, with `previous` those before it, by queue_counts. Null
 * is the end from which the direction starts.
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
