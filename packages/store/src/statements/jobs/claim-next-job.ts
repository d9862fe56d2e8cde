import { type HostIdentity, type JobLimits, type Json, TRANSITIONS } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import { JOBS_CHANNEL } from '../../channels.ts';
import type { Database } from '../../connect.ts';
import { isKeptOffHost } from './kept-off.ts';

export type Claim = {
  readonly attemptId: string;
  readonly workerId: string;
  readonly host: string;
  readonly identity: HostIdentity;
  readonly treeMarker: string;
  readonly leaseMs: number;
};
export type ClaimedJob = {
  readonly jobId: string;
  readonly name: string;
  readonly attempt: number;
  /** Without its secrets (read-job-secrets.ts). */
  readonly nexrenderJob: Json;
  readonly limits: JobLimits;
};
type ClaimedRow = {
  job_id: string;
  name: string;
  attempt: number;
  nexrender_job: Json;
  limits: JobLimits;
};

/**
 * Rows: updates the first queued job and inserts an attempt and a change row, in one statement.
 * Lock: FOR UPDATE SKIP LOCKED, so a claim waits neither for other claims nor for an admin.
 * Order: queue_key, by jobs_queue; without the jobs that are kept off this host (domain's
 * isKeptOff), by attempts_host_failed. Returns null where no job waits for this host.
 */
export async function claimNextJob(db: Database, claim: Claim): Promise<ClaimedJob | null> {
  const { from, to } = TRANSITIONS.claim;
  const [row] = await db.execute<ClaimedRow>(sql`
    with next as (
      select id, queue_key from jobs where queue_key is not null
        and not ${isKeptOffHost(sql`jobs.id`, sql`${claim.identity.hostId}::uuid`)}
      order by queue_key limit 1 for update skip locked
    ), claimed as (
      update jobs set status = ${to}, version = version + 1, attempts = attempts + 1,
        attempt_id = ${claim.attemptId}, host = ${claim.host},
        started_at = clock_timestamp(), failure = null,
        lease_ms = ${claim.leaseMs}, lease_renewals = lease_renewals + 1,
        lease_expires_at = clock_timestamp() + ${claim.leaseMs} * interval '1 millisecond'
      from next where jobs.id = next.id
      returning jobs.id, jobs.name, jobs.version, jobs.attempts, next.queue_key
    ), attempt as (
      insert into attempts (id, job_id, number, host, host_id, host_identity, worker_id, cookie)
      select ${claim.attemptId}, id, attempts, ${claim.host}, ${claim.identity.hostId},
        ${JSON.stringify(claim.identity)}::jsonb, ${claim.workerId}, ${claim.treeMarker}
      from claimed
    ), change as (
      insert into job_changes (job_id, version, event, status_before, status_after, actor, q_from)
      select id, version, 'claim', ${from}, ${to}, ${claim.host}, queue_key from claimed
    )
    select claimed.id as job_id, claimed.name, claimed.attempts as attempt,
      d.nexrender_job, d.limits, pg_notify(${JOBS_CHANNEL}, '')
    from claimed
      join job_definitions d on d.job_id = claimed.id`);
  if (row === undefined) return null;
  return {
    jobId: row.job_id,
    name: row.name,
    attempt: row.attempt,
    nexrenderJob: row.nexrender_job,
    limits: row.limits,
  };
}
