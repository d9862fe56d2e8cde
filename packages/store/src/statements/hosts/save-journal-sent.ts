import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';

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
