import { eq, sql } from 'drizzle-orm';
import type { Database } from '../../connect.ts';
import { renderHosts } from '../../schema/index.ts';

/**
 * Rows: reads one host, by primary key. Null where the name is new. `isWithinLease`: its last
 * heartbeat is no older than its lease.
 */
export async function findHost(db: Database, name: string) {
  const [row] = await db
    .select({
      host: renderHosts,
      isWithinLease: sql<boolean>`
        clock_timestamp() - last_heard_at <= lease_ms * interval '1 millisecond'`,
    })
    .from(renderHosts)
    .where(eq(renderHosts.name, name));
  return row === undefined ? null : { ...row.host, isWithinLease: row.isWithinLease };
}
