import {
  type HostIdentity,
  type Job,
  type JobLimits,
  type Json,
  TRANSITIONS,
} from '@renderdeck/domain';
import { getTableColumns, type SQL, sql } from 'drizzle-orm';
import type { Values } from '../../prepared/send-prepared.ts';
import { jobFromColumns } from '../../rows.ts';
import { jobs } from '../../schema/index.ts';
import { INCARNATION } from '../incarnations/incarnation.ts';
import { nextTagged, nextUntagged } from './next-for-host.ts';

export type Claim = {
  readonly attemptId: string;
  readonly workerId: string;
  readonly host: string;
  readonly identity: HostIdentity;
  /** The tags that the host offers. */
  readonly tags: readonly string[];
  readonly treeMarker: string;
  readonly leaseMs: number;
  /**
   * The incarnation of the database to which the host has sent its journal; null: to none yet. Not
   * set: the host keeps no journal, or its worker is older than this rule.
   */
  readonly journalSentTo?: string | null | undefined;
};
export type ClaimedJob = {
  readonly jobId: string;
  readonly name: string;
  readonly attempt: number;
  /** The nexrender job without its secrets (read-job-secrets.ts). */
  readonly nexrenderJob: Json;
  readonly limits: JobLimits;
  /** The job after the claim. */
  readonly job: Job;
  /** The incarnation of the database in which the job was claimed (INCARNATION). */
  readonly incarnation: string;
};
/** The columns of jobs, and `nexrender_job`, `limits` and `incarnation`. */
export type ClaimedRow = Readonly<Record<string, unknown>> & {
  readonly nexrender_job: Json;
  readonly limits: JobLimits;
  readonly incarnation: string;
};

/**
 * The names `claim.`, `claimed`, `begun` and `claim_line` let a claim be part of another statement.
 */
const value = (name: string) => sql.placeholder(`claim.${name}`);
const HOST_ID = sql`${value('hostId')}::uuid`;
const { from: FROM, to: TO } = TRANSITIONS.claim;
const { queueKey: _, ...JOB_COLUMNS } = getTableColumns(jobs);
const of = (table: string) =>
  sql.join(
    Object.values(JOB_COLUMNS).map(({ name }) => sql.raw(`${table}.${name}`)),
    sql`, `,
  );

/** No incarnation has this name. */
const SENT_TO_NONE = '';

/** The values for claimCtes. */
export function claimValues({ identity, tags, journalSentTo, ...claim }: Claim): Values {
  return {
    'claim.attemptId': claim.attemptId,
    'claim.workerId': claim.workerId,
    'claim.host': claim.host,
    'claim.treeMarker': claim.treeMarker,
    'claim.leaseMs': claim.leaseMs,
    'claim.hostId': identity.hostId,
    'claim.identity': JSON.stringify(identity),
    'claim.tags': `{${tags.map((tag) => `"${tag}"`).join()}}`,
    'claim.journalSentTo': journalSentTo === null ? SENT_TO_NONE : (journalSentTo ?? null),
  };
}

/**
 * The parts of a statement that claims the first job that a host may have: `with <ctes> select
 * <columns> from claimed <definition>`. If `condition` is given and false, it claims no job. A
 * host that keeps a journal claims only in the incarnation to which it has sent it, because the
 * journal may say that the host has completed a job that waits here. A drained host claims none.
 * `journal` has one row.
 */
export function claimCtes(isTagged: boolean, condition: SQL = sql`true`) {
  const isDrained = sql`exists (
    select from render_hosts where name = ${value('host')} and drained_at is not null)`;
  const may = sql`(select is_sent from journal) and not ${isDrained} and ${condition}`;
  const next = isTagged ? nextTagged(HOST_ID, value('tags'), may) : nextUntagged(HOST_ID, may);
  const ctes = sql`journal as materialized (
      select incarnation, coalesce(incarnation = ${value('journalSentTo')}, true) as is_sent
      from ${INCARNATION} this
    ), next as (
      ${next}
    ), claimed as (
      update jobs set status = ${TO}, version = version + 1, attempts = attempts + 1,
        attempt_id = ${value('attemptId')}, host = ${value('host')},
        started_at = clock_timestamp(), failure = null,
        lease_ms = ${value('leaseMs')}, lease_renewals = lease_renewals + 1,
        lease_expires_at = clock_timestamp() + ${value('leaseMs')} * interval '1 millisecond'
      from next where jobs.id = next.id
      returning ${of('jobs')}, next.queue_key
    ), begun as (
      insert into attempts
        (id, job_id, number, host, host_id, host_identity, worker_id, tree_marker)
      select ${value('attemptId')}, id, attempts, ${value('host')}, ${value('hostId')},
        ${value('identity')}::jsonb, ${value('workerId')}, ${value('treeMarker')}
      from claimed
    ), claim_line as (
      insert into job_changes (job_id, version, event, status_before, status_after, actor, q_from)
      select id, version, 'claim', ${FROM}, ${TO}, ${value('host')}, queue_key from claimed
    )`;
  return {
    ctes,
    columns: sql`${of('claimed')}, d.nexrender_job, d.limits,
      (select incarnation from journal) as incarnation`,
    definition: sql`join job_definitions d on d.job_id = claimed.id`,
  };
}

export function jobFromClaimedRow(row: ClaimedRow): ClaimedJob {
  const job = jobFromColumns(row);
  return {
    jobId: job.id,
    name: job.name,
    attempt: job.attempts,
    nexrenderJob: row.nexrender_job,
    limits: row.limits,
    job,
    incarnation: row.incarnation,
  };
}
