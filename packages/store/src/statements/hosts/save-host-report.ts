import type { HostReport } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import { HOSTS_CHANNEL } from '../../channels.ts';
import type { Database } from '../../database.ts';

/**
 * Rows: saves what a command on this host found, by primary key, and notifies. Fence: the row
 * belongs to this host, so a report is never saved for another host that has the name. Returns
 * false otherwise.
 */
export async function saveHostReport(
  db: Database,
  {
    host,
    hostId,
    kind,
    report,
  }: {
    readonly host: string;
    readonly hostId: string;
    readonly kind: 'preparation' | 'killTest';
    readonly report: HostReport;
  },
): Promise<boolean> {
  const column = sql.identifier(kind === 'preparation' ? 'preparation' : 'kill_test');
  const rows = await db.execute(sql`
    update render_hosts set ${column} = ${JSON.stringify(report)}::jsonb
    where name = ${host} and host_id = ${hostId}
    returning pg_notify(${HOSTS_CHANNEL}, name)`);
  return rows.length === 1;
}
