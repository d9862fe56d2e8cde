import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';

/** The host was not heard within its lease, or its daemon signed off. */
const IS_UNHEARD = sql`(stopped_at is not null
  or clock_timestamp() - last_heard_at > lease_ms * interval '1 millisecond')`;

/**
 * Rows: marks one host as declared gone, by primary key. Fence: the host was not heard within its
 * lease or signed off, and none of its attempts holds a job. Returns false otherwise.
 */
export async function saveHostGone(
  tx: Database,
  by: { readonly host: string; readonly actor: string; readonly reason: string },
): Promise<boolean> {
  const rows = await tx.execute(sql`
    update render_hosts
    set gone_at = clock_timestamp(), gone_by = ${by.actor}, gone_reason = ${by.reason}
    where name = ${by.host}
      and ${IS_UNHEARD}
      and not exists (select from attempts a
        where a.host = ${by.host} and a.outcome is null and a.confirmed_at is null)
    returning name`);
  return rows.length === 1;
}

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
      and ${IS_UNHEARD}
    returning name`);
  return rows.length === 1;
}
