import { sql } from 'drizzle-orm';
import { notify, workerChannel } from '../../channels.ts';
import type { Database } from '../../database.ts';

/** The payload on a worker's channel that says that its host was drained, or takes jobs again. */
export const DRAIN_PAYLOAD = 'drain';

/**
 * Rows: marks one host as drained, by primary key, and notifies its daemon. Fence: the host is not
 * drained. Returns false otherwise: then the earlier drain stays as it is.
 */
export async function saveDrained(
  tx: Database,
  by: { readonly host: string; readonly actor: string; readonly reason: string | null },
): Promise<boolean> {
  const rows = await tx.execute<{ worker: string }>(sql`
    update render_hosts
    set drained_at = clock_timestamp(), drained_by = ${by.actor}, drain_reason = ${by.reason}
    where name = ${by.host} and drained_at is null
    returning worker_id as worker`);
  return await tellWorker(tx, rows);
}

/**
 * Rows: ends the drain of one host, by primary key, and notifies its daemon. Fence: the host is
 * drained. Returns false otherwise.
 */
export async function saveResumed(tx: Database, host: string): Promise<boolean> {
  const rows = await tx.execute<{ worker: string }>(sql`
    update render_hosts set drained_at = null, drained_by = null, drain_reason = null
    where name = ${host} and drained_at is not null
    returning worker_id as worker`);
  return await tellWorker(tx, rows);
}

async function tellWorker(tx: Database, [row]: readonly { worker: string }[]): Promise<boolean> {
  if (row === undefined) return false;
  await notify(tx, workerChannel(row.worker), DRAIN_PAYLOAD);
  return true;
}
