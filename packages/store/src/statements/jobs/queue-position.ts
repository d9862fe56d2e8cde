import { sql } from 'drizzle-orm';
import type { Database } from '../../connect.ts';

/** Reads: jobs_queue up to the key. Exact for this statement's snapshot, own writes included; 1 is next. */
export async function queuePosition(tx: Database, queueKey: bigint): Promise<number> {
  const [row] = await tx.execute<{ position: string }>(
    sql`select queue_position(${queueKey.toString()}::bigint) as position`,
  );
  return Number(row?.position);
}
