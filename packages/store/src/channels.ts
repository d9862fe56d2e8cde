/*
 * The notification channels. A NOTIFY is a hint to read the tables, never a fact. Its payload has
 * only ids, and it may be lost. It is sent in the transaction of the change, so the change is
 * visible when it arrives.
 */
import { sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { prepare } from './prepared/prepare.ts';

/**
 * A job changed: poll the change feed. Without a payload a transaction sends only one notification.
 */
export const JOBS_CHANNEL = 'renderdeck_jobs';
/**
 * A job began to wait, or no job waits any more (queue-payload.ts). A worker with a free slot
 * claims.
 */
export const QUEUE_CHANNEL = 'renderdeck_queue';
/** A host reported its state or its progress. Payload: the name of the host. */
export const HOSTS_CHANNEL = 'renderdeck_hosts';
/** A session, user or token changed, so caches of them are invalid. No payload. */
export const ACCESS_CHANNEL = 'renderdeck_access';
/** A message waits in the outbox of webhooks. No payload; functions/webhooks.sql sends it. */
export const WEBHOOKS_CHANNEL = 'renderdeck_webhooks';
/** An attempt has new output lines. Payload: the attempt's id. */
export const LOGS_CHANNEL = 'renderdeck_logs';

/**
 * The channel of one daemon's stop requests. Payload: the attempt's id, followed by ` again` where
 * the cancel was repeated: daemons of older versions do not read that from the database.
 */
export function workerChannel(workerId: string): string {
  return `renderdeck_worker_${workerId.replaceAll('-', '')}`;
}

const send = prepare(
  () => sql`select pg_notify(${sql.placeholder('channel')}, ${sql.placeholder('payload')})`,
);

/**
 * Sends a notification when the transaction commits. Equal notifications of one transaction become
 * one notification. The payload has only ids.
 */
export async function notify(tx: Database, channel: string, payload = ''): Promise<void> {
  await send(tx, { channel, payload });
}
