import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';

/**
 * Rows: notes on the host's row, by worker id, that this incarnation of the database has all that
 * the host knows. Fence: the daemon owns the row. Changes nothing where it is noted.
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
