/*
 * The notification channels. A NOTIFY is a hint to read the tables, never a fact. Its payload has
 * only ids, and it may be lost. It is sent in the transaction of the change, so the change is
 * visible when it arrives.
 *
 * PostgreSQL wakes every listening connection of the database for each notification. So one is sent
 * only where somebody must act at once: a request of an admin to a host, the end of a stop, new
 * work for idle hosts, a change of access. Everything else is read by its sequence (decision 0098).
 */
import { sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { prepare } from './prepared/prepare.ts';

/**
 * A stop has ended: an API whose client waits for it reads the change feed. Payload: the job's id.
 * Programs of earlier versions send it for each change of a job, without a payload, and poll the
 * change feed when they get it. So the name is the old one.
 */
export const STOPS_CHANNEL = 'renderdeck_jobs';
/**
 * A job began to wait while a host was idle, or no job waits any more (queue-payload.ts). A worker
 * with a free slot claims.
 */
export const QUEUE_CHANNEL = 'renderdeck_queue';
/** A session, user or token changed, so caches of them are invalid. No payload. */
export const ACCESS_CHANNEL = 'renderdeck_access';

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
