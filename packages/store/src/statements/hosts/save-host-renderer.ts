import { sql } from 'drizzle-orm';
import { HOSTS_CHANNEL } from '../../channels.ts';
import type { Database } from '../../database.ts';

/**
 * Rows: saves the renderer of one host, and notifies. Fence: this daemon owns the row. Returns
 * false otherwise.
 */
export async function saveHostRenderer(
  db: Database,
  by: { readonly workerId: string; readonly renderer: string; readonly standIn: boolean },
): Promise<boolean> {
  const rows = await db.execute(sql`
    update render_hosts set renderer = ${by.renderer}, stand_in = ${by.standIn}
    where worker_id = ${by.workerId}
    returning pg_notify(${HOSTS_CHANNEL}, name)`);
  return rows.length === 1;
}
