import { sql } from 'drizzle-orm';
import type { Database } from '../../connect.ts';

export type QueuePositions = {
  readonly before: number;
  readonly after: number;
  /** The moment of the count, by the database's clock. */
  readonly countedAt: Date;
};

/**
 * Rows: counts the other queued jobs before each of two places of one job, by jobs_queue. The job
 * is in the queue at `after`, which this transaction may have just saved.
 * Both counts and their time are of this one statement's snapshot. 1 runs next.
 */
export async function readQueuePositions(
  tx: Database,
  keys: { readonly before: bigint; readonly after: bigint },
): Promise<QueuePositions> {
  const [before, after] = [
    sql`${keys.before.toString()}::bigint`,
    sql`${keys.after.toString()}::bigint`,
  ];
  const [row] = await tx.execute<{ before: string; after: string; counted_at: string }>(sql`
    select 1 + count(*) filter (where queue_key < ${before}) as before,
      1 + count(*) filter (where queue_key < ${after}) as after,
      statement_timestamp()::text as counted_at
    from jobs where queue_key < greatest(${before}, ${after}) and queue_key <> ${after}`);
  if (row === undefined) throw new Error('the count of the queue gave no row');
  return {
    before: Number(row.before),
    after: Number(row.after),
    countedAt: new Date(row.counted_at),
  };
}
