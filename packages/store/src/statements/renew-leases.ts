import { sql } from 'drizzle-orm';
import type { Database } from '../connect.ts';

export type Renewed = { readonly attemptId: string; readonly stopRequested: boolean };

/**
 * Rows: the jobs held by these attempts. Fence: the attempt is still the job's and has its lease. Gives those renewed and whether a stop was
 * asked for: the second way in which it reaches the worker. An attempt that is missing from the answer is lost.
 */
export async function renewLeases(db: Database, attemptIds: readonly string[], leaseMs: number): Promise<readonly Renewed[]> {
  if (attemptIds.length === 0) return [];
  const ids = sql.join(
    attemptIds.map((id) => sql`${id}::uuid`),
    sql`, `,
  );
  const rows = await db.execute<{ attempt_id: string; stop: boolean }>(sql`
    update jobs set lease_expires_at = clock_timestamp() + ${leaseMs} * interval '1 millisecond'
    where lease_expires_at is not null and attempt_id in (${ids})
    returning attempt_id, stop_requested_at is not null as stop`);
  return rows.map((row) => ({ attemptId: row.attempt_id, stopRequested: row.stop }));
}
