import { type Job, queueKey, TRANSITIONS } from '@renderdeck/domain';
import { and, eq, type SQL, sql } from 'drizzle-orm';
import { JOBS_CHANNEL } from '../../channels.ts';
import type { Database } from '../../connect.ts';
import { rowFromJob } from '../../rows.ts';
import { attempts, type ChangeEvent, jobs } from '../../schema/index.ts';
import type { AttemptChange } from '../attempts/save-attempt.ts';

export type JobChangeLine = {
  readonly event: ChangeEvent;
  readonly actor: string;
  readonly facts?: Readonly<Record<string, string | number | boolean | null>>;
};
export type ChangedJob = {
  /** The job as the caller read it: its version is the fence. */
  readonly before: Job;
  readonly after: Job;
  readonly line: JobChangeLine;
  readonly attempt?: { readonly id: string; readonly change: AttemptChange };
  /** An attempt of the job that the database does not know. */
  readonly newAttempt?: NewAttempt;
  /** Set by a cancel: the attempt to stop, or null if no attempt may still run. */
  readonly stopAttemptId?: string | null;
  /** For a recovery: the lease was not renewed since, and nobody else changes the job now. */
  readonly unrenewed?: { readonly leaseRenewals: number };
  /** Channels to notify, besides the channel of jobs, each with its payload. */
  readonly notify?: readonly (readonly [channel: string, payload: string])[];
};

export type NewAttempt = Pick<
  typeof attempts.$inferSelect,
  'id' | 'number' | 'host' | 'hostId' | 'hostIdentity' | 'workerId' | 'treeMarker' | 'createdAt'
> & { readonly endedAt: Date };

/**
 * Rows: updates one job and one attempt, inserts the change line, and notifies, in one statement.
 * Lock: until the end of this statement. So a caller that stops at any moment outside of a
 * transaction holds no row. Fence: the version that the caller read. Returns false where the job
 * has changed since; then nothing is written, and the caller reads again.
 */
export async function changeJob(db: Database, changed: ChangedJob): Promise<boolean> {
  const {
    before,
    after,
    line,
    attempt,
    newAttempt,
    stopAttemptId,
    unrenewed,
    notify = [],
  } = changed;
  const keyBefore = before.status === TRANSITIONS.claim.from ? queueKey(before) : null;
  const job = db
    .update(jobs)
    .set({ ...rowFromJob(after), ...(stopAttemptId === undefined ? {} : { stopAttemptId }) })
    .where(
      and(
        eq(jobs.id, before.id),
        eq(jobs.version, before.version),
        unrenewed === undefined ? undefined : eq(jobs.id, unlockedJob(before, unrenewed)),
      ),
    )
    .returning({ id: jobs.id, queueKey: jobs.queueKey })
    .getSQL();
  const notified = [[JOBS_CHANNEL, ''] as const, ...notify].map(
    ([channel, payload]) => sql`pg_notify(${channel}, ${payload})`,
  );
  const rows = await db.execute(sql`
    with job as (${job}), keys as (
      select id, key_before, queue_key as key_after
      from job, (values (${keyBefore?.toString() ?? null}::bigint)) as before (key_before)
    ), line as (
      insert into job_changes
        (job_id, version, event, status_before, status_after, actor, facts, q_from, q_to)
      select id, ${after.version}::int, ${line.event}, ${before.status}, ${after.status},
        ${line.actor}, ${JSON.stringify(line.facts ?? {})}::jsonb,
        case when key_before is distinct from key_after then key_before end,
        case when key_before is distinct from key_after then key_after end
      from keys
    )${attempt === undefined ? sql`` : sql`, attempt as (${changeAttempt(db, attempt)})`}
    ${newAttempt === undefined ? sql`` : sql`, added as (${addAttempt(before, newAttempt)})`}
    select ${sql.join(notified, sql`, `)} from job`);
  return rows.length === 1;
}

function unlockedJob({ id }: Job, { leaseRenewals }: NonNullable<ChangedJob['unrenewed']>): SQL {
  return sql`(select id from jobs where id = ${id} and lease_renewals = ${leaseRenewals}
    for update skip locked)`;
}

function changeAttempt(db: Database, { id, change }: NonNullable<ChangedJob['attempt']>): SQL {
  return db
    .update(attempts)
    .set(change)
    .where(and(eq(attempts.id, id), sql`exists (select from job)`))
    .getSQL();
}

/** It is over for its job; the report of its host follows and confirms it. */
function addAttempt({ id: jobId }: Job, attempt: NewAttempt): SQL {
  const { id, number, host, hostId, hostIdentity, workerId, treeMarker } = attempt;
  const { createdAt, endedAt } = attempt;
  return sql`
    insert into attempts
      (id, job_id, number, host, host_id, host_identity, worker_id, cookie, outcome, created_at,
        ended_at)
    select ${id}::uuid, ${jobId}::uuid, ${number}::int, ${host}, ${hostId}::uuid,
      ${JSON.stringify(hostIdentity)}::jsonb, ${workerId}::uuid, ${treeMarker}, ${'lost'},
      ${createdAt.toISOString()}::timestamptz, ${endedAt.toISOString()}::timestamptz
    from job`;
}
