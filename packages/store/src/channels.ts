/*
 * The wakes. A NOTIFY is a hint to look, never a fact: it carries ids only, may be lost, and whoever hears it reads the tables. It is sent in the
 * transaction that made the change, so it comes exactly when there is something to see.
 */

/** A job changed: read the change feed. No payload, so that many changes of one transaction become one wake. */
export const JOBS_CHANNEL = 'renderdeck_jobs';
/** A job waits: a worker with a free slot claims. No payload. */
export const QUEUE_CHANNEL = 'renderdeck_queue';
/** A host said something of itself or of its progress. Payload: its name. */
export const HOSTS_CHANNEL = 'renderdeck_hosts';
/** A session, user or token changed: what is remembered of them is dropped. No payload. */
export const ACCESS_CHANNEL = 'renderdeck_access';
/** New output lines. Payload: the attempt's id. */
export const LOGS_CHANNEL = 'renderdeck_logs';

/** The channel on which one daemon hears of stop requests. Payload: the attempt's id, and ` again` behind it where the cancel was repeated. */
export function workerChannel(workerId: string): string {
  return `renderdeck_worker_${workerId.replaceAll('-', '')}`;
}
