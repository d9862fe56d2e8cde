import { sql } from 'drizzle-orm';
import type { Database } from '../../connect.ts';

/** `stopAskedMsAgo`: age of the stop request by the database's clock; null where there is none. */
export type Renewed = { readonly attemptId: string; readonly stopAskedMsAgo: number | null };

/**
 * Rows: updates the lease of the jobs that these attempts hold. Fence: the attempt holds the lease.
 * Returns the renewed attempts; one that is missing is lost. Also returns stop requests, so a
 * worker learns of a stop even if the notification is lost.
 */
export async function renewLeases(
  db: Database,
  attemptIds: readonly string[],
  leaseMs: number,
): Promise<readonly Renewed[]> {
  if (attemptIds.length === 0) return [];
  const ids = sql.join(
    attemptIds.map((id) => sql`${id}::uuid`),
    sql`, `,
  );
  const rows = await db.execute<{ attempt_id: string; asked_ms_ago: number | null }>(sql`
    update jobs set lease_expires_at = clock_timestamp() + ${leaseMs} * interval '1 millisecond'
    where lease_expires_at is not null and attempt_id in (${ids})
    returning attempt_id,
      (extract(epoch from clock_timestamp() - stop_requested_at) * 1000)::float8 as asked_ms_ago`);
  return rows.map((row) => ({ attemptId: row.attempt_id, stopAskedMsAgo: row.asked_ms_ago }));
}
