import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';

/**
 * Rows: reads the tree markers of a host's attempts that may still run, by attempts_unconfirmed and
 * attempts_unconfirmed_host. A process with any other marker belongs to no open attempt.
 */
export async function findOpenTreeMarkers(
  db: Database,
  { host, hostId }: { readonly host: string; readonly hostId: string },
): Promise<readonly string[]> {
  const rows = await db.execute<{ treeMarker: string }>(sql`
    select tree_marker as "treeMarker" from attempts
    where (host_id = ${hostId} or host = ${host}) and confirmed_at is null`);
  return rows.map(({ treeMarker }) => treeMarker);
}
