import type {
  Account,
  AuditEntry,
  HiddenPlace,
  JobLimits,
  JobView,
  Json,
  Secret,
} from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { prepare } from '../../prepared/prepare.ts';
import { notifyIdleHosts, WAITS_PAYLOAD } from '../../queue-payload.ts';
import { jobFromColumns } from '../../rows.ts';
import type { AuditedBy } from '../audit/insert-audit-entry.ts';
import { NO_HOST_OFFERS, newJobView } from './job-view.ts';
import { paceKey } from './pace-key.ts';

export type NewJob = {
  readonly id: string;
  readonly name: string;
  readonly template: string | null;
  readonly priority: number;
  readonly tags: readonly string[];
  readonly maxAttempts: number;
  readonly submittedBy: string;
  /** Null if the submitter is neither a user nor a token. */
  readonly submitter: Account | null;
  readonly nexrenderJob: Json;
  readonly secrets: readonly Secret[];
  readonly hidden: readonly HiddenPlace[];
  readonly limits: JobLimits;
  /** Where the end of the job is told; null if nowhere. */
  readonly callback: JobCallback | null;
  /** The job that this one is an edited copy of; null if of none. */
  readonly rerunOf: string | null;
};

export type JobCallback = {
  readonly address: string;
  /** A secret in the form of Standard Webhooks, which signs the message. */
  readonly secret: string;
  readonly originHash: number;
};

type Row = Readonly<Record<string, unknown>> & {
  readonly id: string;
  readonly place: string;
  readonly no_host_offers: readonly string[] | null;
};

const insert = prepare<Row>(
  () => sql`
    with given as materialized (
      select * from jsonb_to_recordset(${sql.placeholder('given')}::jsonb) as row (n int, id uuid,
        name text, template text, priority int, tags text, max_attempts int,
        submitted_by text, submitter jsonb,
        nexrender_job jsonb, limits jsonb, secrets jsonb, hidden jsonb, callback jsonb,
        rerun_of uuid, actor_kind text, actor text, channel text, address text, request_id text,
        action text,
        outcome text, after jsonb)
    ), job as (
      insert into jobs (id, name, template, priority, tags, max_attempts, submitted_by, pace)
      select id, name, template, priority, tags, max_attempts, submitted_by,
        pace_number(${paceKey('nexrender_job')})
      from given order by n
      returning *
    ), definition as (
      insert into job_definitions (job_id, nexrender_job, limits, hidden, rerun_of)
      select id, nexrender_job, limits, hidden, rerun_of from given
    ), submitter as (
      insert into job_submitters (job_id, kind, account_id)
      select id, submitter->>'kind', (submitter->>'id')::uuid from given
      where submitter is not null
    ), secrets as (
      insert into job_secrets (job_id, secrets)
      select id, secrets from given where secrets is not null
    ), callback as (
      insert into job_callbacks (job_id, address, secret, origin_hash)
      select id, callback->>'address', callback->>'secret', (callback->>'originHash')::smallint
      from given where callback is not null
    ), change as (
      insert into job_changes (job_id, version, event, status_after, actor, q_to, facts)
      select id, version, 'submit', status, job.submitted_by, queue_key,
        jsonb_strip_nulls(jsonb_build_object('rerunOf', rerun_of))
      from job join given using (id) order by n
    ), line as (
      insert into audit_log
        (actor_kind, actor, channel, address, request_id, action, outcome, job_id, after)
      select actor_kind, actor, channel, address, request_id, action, outcome, id, after
      from given order by n
    )
    select jobs.*, ${NO_HOST_OFFERS} as no_host_offers,
      -- This statement does not see its own rows.
      queue_position(queue_key) + (
        select count(*) from job before where before.queue_key < jobs.queue_key) as place,
      ${notifyIdleHosts(WAITS_PAYLOAD)}
    from job as jobs`,
);

/** A job and the audit line of its submission. */
export type SubmittedJob = {
  readonly job: NewJob;
  readonly by: AuditedBy;
  readonly entry: Pick<AuditEntry, 'action' | 'outcome' | 'after'>;
};

/**
 * Rows: inserts jobs with their definitions, their submitters, their secrets and callbacks if they
 * have any, their change rows and their audit lines, and notifies idle hosts, in one statement.
 * Order: job_queue_seq places each job behind all queued jobs of the same priority, and the new
 * jobs in the given order. Returns the views of the jobs in the given order. The positions are of
 * this statement's snapshot, including all these jobs.
 */
export async function insertJobs(
  tx: Database,
  submitted: readonly SubmittedJob[],
): Promise<readonly JobView[]> {
  const given = submitted.map(({ job, by, entry }, n) => ({
    n,
    id: job.id,
    name: job.name,
    template: job.template,
    priority: job.priority,
    tags: job.tags.join(),
    max_attempts: job.maxAttempts,
    submitted_by: job.submittedBy,
    submitter: job.submitter ?? undefined,
    nexrender_job: job.nexrenderJob,
    limits: job.limits,
    hidden: job.hidden,
    callback: job.callback ?? undefined,
    rerun_of: job.rerunOf ?? undefined,
    secrets: job.secrets.length === 0 ? undefined : job.secrets,
    actor_kind: by.actorKind,
    actor: by.actor,
    channel: by.channel,
    address: by.address,
    request_id: by.requestId,
    ...entry,
  }));
  const rows = await insert(tx, { given: JSON.stringify(given) });
  const views = new Map(rows.map((row) => [row.id, viewFromRow(row)]));
  return submitted.map(({ job }) => {
    const view = views.get(job.id);
    if (view === undefined) throw new Error(`job ${job.id} was not inserted`);
    return view;
  });
}

function viewFromRow(row: Row): JobView {
  const position = Number(row.place);
  return newJobView({ job: jobFromColumns(row), position, noHostOffers: row.no_host_offers });
}
