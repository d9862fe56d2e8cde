import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';

/**
 * Rows: marks one host as handed over, by primary key. Fence: the host was not heard within its
 * lease, or signed off. Returns false otherwise.
 */
export async function saveHandedOver(
  tx: Database,
  by: { readonly host: string; readonly actor: string },
): Promise<boolean> {
  const rows = await tx.execute(sql`
    update render_hosts set released_at = clock_timestamp(), released_by = ${by.actor}
    where name = ${by.host}
      and (stopped_at is not null
        or clock_timestamp() - last_heard_at > lease_ms * interval '1 millisecond')
    returning name`);
  return rows.length === 1;
}
