import { eq, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { runPrepared } from '../../prepared/prepare.ts';
import { attempts, jobs, renderHosts } from '../../schema/index.ts';
import { HEARD, type HostState } from '../hosts/save-host.ts';
import { WATCHES_LEASES } from '../hosts/watches-leases.ts';
import { type AskedStop, askedStop, type StopRow, stopOfJob } from './find-stop-request.ts';

/** `stop`: the stop request and its age by the database's clock; null if there is none. */
export type Renewed = { readonly attemptId: string; readonly stop: AskedStop | null };
type RenewedRow = { attemptId: string; stop: StopRow | null };
type HeartbeatRow = {
  renewed: RenewedRow[];
  locked: string[];
  ownsHost: boolean;
  isCheckAsked: boolean;
  drain: { readonly by: string; readonly reason: string | null } | null;
  watchesLeases: boolean;
  hosts: number;
};
export type Renewal = Omit<HeartbeatRow, 'renewed'> & { readonly renewed: readonly Renewed[] };
export type Heartbeat = {
  readonly workerId: string;
  readonly state: HostState;
  readonly attemptIds: readonly string[];
  readonly leaseMs: number;
};

/** The condition that one of these attempts holds the job. */
function isHeldBy(attemptIds: readonly string[]): SQL {
  // One text for any number of attempts, so that each connection plans the statement once.
  const ids = sql`unnest(${`{${attemptIds.join()}}`}::uuid[])`;
  // The limit makes PostgreSQL use primary keys, even if its statistics expect few attempts.
  return sql`lease_expires_at is not null
    and ${jobs.attemptId} = any (array(select ${ids}))
    and id = any (array(
      select a.job_id from ${ids} as held (id) cross join lateral (
        select job_id from attempts where ${attempts.id} = held.id limit 1) a))`;
}

/**
 * Rows: updates the lease of the jobs that these attempts hold, and the row of their host, in one
 * statement. Fence: the attempt holds the lease; the daemon owns the host's row. It
 * does not wait for a transaction that changes one of the jobs. The other jobs could lose their
 * leases during such a wait, because the login of a host that had an attempt of the job can hold
 * its row as long as it likes.
 *
 * Returns the renewed attempts, and in `locked` those whose job another transaction is changing. An
 * attempt in neither list is lost. It also returns stop requests, so a worker learns of a stop even
 * if the notification is lost. `ownsHost`: false if a later daemon has the row. `isCheckAsked`: an
 * admin asked the host to check itself. `drain`: who drained the host and why.
 * `watchesLeases`: this daemon watches the leases of all hosts. `hosts`: how many hosts there are,
 * as the last VACUUM or ANALYZE of their table has found.
 */
export async function renewLeases(
  db: Database,
  { workerId, state, attemptIds, leaseMs }: Heartbeat,
): Promise<Renewal> {
  const isHeld = isHeldBy(attemptIds);
  const leases = db
    .update(jobs)
    .set({
      leaseExpiresAt: sql`clock_timestamp() + ${leaseMs} * interval '1 millisecond'`,
      leaseMs,
      leaseRenewals: sql`lease_renewals + 1`,
    })
    .where(sql`id = any (array(select id from jobs where ${isHeld} for update skip locked))`)
    .returning({
      attempt_id: jobs.attemptId,
      stop: stopOfJob.as('stop'),
    })
    .getSQL();
  const heartbeat = db
    .update(renderHosts)
    .set({ ...state, lastHeardAt: sql`clock_timestamp()`, stoppedAt: null, ...HEARD })
    .where(eq(renderHosts.workerId, workerId))
    .returning({
      worker_id: renderHosts.workerId,
      host_login: renderHosts.hostLogin,
      askedAt: renderHosts.checkAskedAt,
      by: renderHosts.drainedBy,
      reason: renderHosts.drainReason,
    })
    .getSQL();
  const statement = sql`
    with renewed as (${leases}), host as (${heartbeat})
    select exists (select from host) as "ownsHost",
      exists (select from host where check_asked_at is not null) as "isCheckAsked",
      (select json_build_object('by', drained_by, 'reason', drain_reason) from host
        where drained_by is not null) as "drain",
      exists (select from host where ${WATCHES_LEASES}) as "watchesLeases",
      (select reltuples::float8 from pg_class where oid = 'public.render_hosts'::regclass) as hosts,
      coalesce((
        select json_agg(json_build_object(
          'attemptId', attempt_id, 'stop', stop)) from renewed
      ), '[]'::json) as renewed, coalesce((
        select json_agg(attempt_id) from jobs
        where ${isHeld} and attempt_id not in (select attempt_id from renewed)
      ), '[]'::json) as locked`;
  const [row] = await runPrepared<HeartbeatRow>(db, statement);
  return {
    ownsHost: row?.ownsHost ?? false,
    isCheckAsked: row?.isCheckAsked ?? false,
    drain: row?.drain ?? null,
    watchesLeases: row?.watchesLeases ?? false,
    hosts: Math.max(0, row?.hosts ?? 0),
    locked: row?.locked ?? [],
    renewed: (row?.renewed ?? []).map(({ attemptId, stop }) => ({
      attemptId,
      stop: stop === null ? null : askedStop(stop),
    })),
  };
}
