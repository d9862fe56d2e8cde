import { sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { prepare } from './prepared/prepare.ts';

const send = prepare(
  () => sql`select pg_notify(${sql.placeholder('channel')}, ${sql.placeholder('payload')})`,
);

/**
 * Sends a notification when the transaction commits. Equal notifications of one transaction become
 * one. The payload holds ids only.
 */
export async function notify(tx: Database, channel: string, payload = ''): Promise<void> {
  await send(tx, { channel, payload });
}
