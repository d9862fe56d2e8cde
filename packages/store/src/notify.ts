import { sql } from 'drizzle-orm';
import type { Database } from './connect.ts';

/**
 * Sends a notification when the transaction commits. Equal notifications of one transaction become
 * one. The payload holds ids only.
 */
export async function notify(tx: Database, channel: string, payload = ''): Promise<void> {
  await tx.execute(sql`select pg_notify(${channel}, ${payload})`);
}
