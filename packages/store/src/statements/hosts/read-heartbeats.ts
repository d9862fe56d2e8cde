import { and, isNull } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { renderHosts } from '../../schema/index.ts';

/** Rows: reads of each host that should be heard when it was last heard. Order: none. */
export async function readHeartbeats(db: Database) {
  const { name, lastHeardAt, leaseMs, stoppedAt, goneAt } = renderHosts;
  return await db
    .select({ name, lastHeardAt, leaseMs })
    .from(renderHosts)
    .where(and(isNull(stoppedAt), isNull(goneAt)));
}
