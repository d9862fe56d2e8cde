import type { HostReport } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';

/**
 * Rows: saves the renderer of one host. Fence: this daemon owns the row. Returns false otherwise.
 */
export async function saveHostRenderer(
  db: Database,
  by: { readonly workerId: string; readonly renderer: string; readonly standIn: boolean },
): Promise<boolean> {
  const rows = await db.execute(sql`
    update render_hosts set renderer = ${by.renderer}, stand_in = ${by.standIn}
    where worker_id = ${by.workerId}
    returning name`);
  return rows.length === 1;
}

/**
 * Rows: saves what a command on this host found, by primary key. Fence: the row belongs to this
 * host, so a report is never saved for another host that has the name. Returns false otherwise.
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
    returning name`);
  return rows.length === 1;
}

/**
 * Rows: saves on the host's row, by worker id, that this incarnation of the database has everything
 * that the host knows. Fence: the daemon owns the row. Changes nothing if that is already saved.
 */
export async function saveJournalSent(
  db: Database,
  workerId: string,
  incarnation: string,
): Promise<void> {
  await db.execute(sql`
    update render_hosts set journal_sent_to = ${incarnation}
    where worker_id = ${workerId} and journal_sent_to is distinct from ${incarnation}`);
}
