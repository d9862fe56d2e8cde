import { sql } from 'drizzle-orm';
import type { Database } from '../../connect.ts';

/**
 * Rows: counts the queued jobs before this key, by the SQL function queue_position.
 * Exact for this statement's snapshot, which includes the transaction's own writes. 1 runs next.
 */
export async function queuePosition(tx: Database, queueKey: bigint): Promise<number> {
  const [row] = await tx.execute<{ position: string }>(
    sql`select queue_position(${queueKey.toString()}::bigint) as position`,
  );
  return Number(row?.position);
}
