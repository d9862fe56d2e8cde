import { eq, inArray, sql } from 'drizzle-orm';
import { HOSTS_CHANNEL } from '../../channels.ts';
import type { Database } from '../../connect.ts';
import { jobs, renderHosts } from '../../schema/index.ts';
import { type HostState, NOT_GONE } from '../hosts/save-host.ts';

/** `stopAskedMsAgo`: age of the stop request by the database's clock; null where there is none. */
export type Renewed = { readonly attemptId: string; readonly stopAskedMsAgo: number | null };
export type Heartbeat = {
  readonly workerId: string;
  readonly host: string;
  readonly state: HostState;
  readonly attemptIds: readonly string[];
  readonly leaseMs: number;
};

/**
 * Rows: updates the lease of the jobs that these attempts hold, and the row of their host, in one
 * statement, and notifies. Fence: the attempt holds the lease; the daemon owns the host's row.
 * Returns the renewed attempts; one that is missing is lost. Also returns stop requests, so a
 * worker learns of a stop even if the notification is lost. `ownsHost`: false where a later daemon
 * has the row.
 */
export async function renewLeases(
  db: Database,
  { workerId, host, state, attemptIds, leaseMs }: Heartbeat,
): Promise<{ readonly renewed: readonly Renewed[]; readonly ownsHost: boolean }> {
  const leases = db
    .update(jobs)
    .set({
      leaseExpiresAt: sql`clock_timestamp() + ${leaseMs} * interval '1 millisecond'`,
      leaseMs,
      leaseRenewals: sql`lease_renewals + 1`,
    })
    .where(sql`lease_expires_at is not null and ${inArray(jobs.attemptId, [...attemptIds])}`)
    .returning({
      attempt_id: jobs.attemptId,
      asked_ms_ago: sql`
        (extract(epoch from clock_timestamp() - stop_requested_at) * 1000)::float8
      `.as('asked_ms_ago'),
    })
    .getSQL();
  const heartbeat = db
    .update(renderHosts)
    .set({ ...state, lastHeardAt: sql`clock_timestamp()`, stoppedAt: null, ...NOT_GONE })
    .where(eq(renderHosts.workerId, workerId))
    .returning({ name: renderHosts.name })
    .getSQL();
  const [row] = await db.execute<{ renewed: Renewed[]; ownsHost: boolean }>(sql`
    with renewed as (${leases}), host as (${heartbeat})
    select exists (select from host) as "ownsHost", coalesce((
        select json_agg(json_build_object(
          'attemptId', attempt_id, 'stopAskedMsAgo', asked_ms_ago)) from renewed
      ), '[]'::json) as renewed, pg_notify(${HOSTS_CHANNEL}, ${host})`);
  return row ?? { renewed: [], ownsHost: false };
}
