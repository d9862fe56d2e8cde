import { sql } from 'drizzle-orm';
import type { Database } from './connect.ts';

/** No rows. Sends a wake when the transaction commits; equal wakes of one transaction become one. Ids only. */
export async function notify(tx: Database, channel: string, payload = ''): Promise<void> {
  await tx.execute(sql`select pg_notify(${channel}, ${payload})`);
}
