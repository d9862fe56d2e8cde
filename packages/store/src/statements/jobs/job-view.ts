import {
  deriveCancelReceipt,
  type JobView,
  openAttemptsOf,
  stepTimeLeft,
  viewTransfer,
} from '@renderdeck/domain';
import { eq, type SQL, sql } from 'drizzle-orm';
import { QueryBuilder } from 'drizzle-orm/pg-core';
import { anyOf } from '../../prepared/prepare.ts';
import { prepareSelect } from '../../prepared/prepare-select.ts';
import { jobFromRow } from '../../rows.ts';
import { attempts, jobs } from '../../schema/index.ts';
import { uidOf } from '../submissions/nexrender-uids.ts';
import { ENDINGS, endingFromRow } from './endings.ts';
import { estimateFromRow, PACE_OF_JOB, startAt } from './estimate-of.ts';
import {
  DRAINED_HOSTS,
  GIVEN_BACK,
  HAS_OTHER_HOST,
  IS_KNOWN,
  keptOffFromRows,
} from './kept-off.ts';

/** The position of each job, counted separately; for a lateral join. */
export const OWN_PLACE = [
  sql`(select case when ${jobs.queueKey} is not null then queue_position(${jobs.queueKey}) end
    as place offset 0) places`,
  sql`true`,
] as const;

/** The position that placesOf or OWN_PLACE has counted. */
export const PLACE = sql<string | null>`places.place`;

/** Conditions for one job and for several jobs, by placeholders. */
export const IS_THIS = eq(jobs.id, sql.placeholder('id'));
export const IDS = anyOf('ids');
/** The positions of those jobs that are queued, by queue_counts. */
export const placesOf = (ids: SQL) => sql`(
    select key, place from queue_positions(array(
      select queue_key from jobs where id = ${ids} and queue_key is not null))) places`;

/** The number of the job's receipt, by receipts_job. */
const RECEIPT_NUMBER = sql<string | null>`(
  select r.number from receipts r where r.job_id = ${jobs.id})`;

/**
 * The job that this job runs again, by primary key, and the newest jobs that run this job again.
 */
const RERUN_OF = sql<string | null>`(
  select d.rerun_of from job_definitions d where d.job_id = ${jobs.id})`;
const MOST_RERUNS = 10;
const RERUN_BY = sql<readonly string[] | null>`(
  select json_agg(again.id) from (
    select j.id from job_definitions d join jobs j on j.id = d.job_id
    where d.rerun_of = ${jobs.id} order by j.queue_seq desc limit ${MOST_RERUNS}) again)`;

/**
 * The latest attempt. The limit makes PostgreSQL read it by primary key, even if its statistics
 * expect few attempts.
 */
const LATEST = new QueryBuilder()
  .select({
    progress: attempts.progress,
    phase: attempts.phase,
    transfer: attempts.transfer,
    progressAt: attempts.progressAt,
    expectedEndAt: attempts.expectedEndAt,
  })
  .from(attempts)
  .where(eq(attempts.id, jobs.attemptId))
  .limit(1)
  .as('latest');

/**
 * For a waiting job that no known host may claim: its tags that no host offers at all. Null for any
 * other job. Rows: reads hosts only for a job with tags.
 */
export const NO_HOST_OFFERS = sql<readonly string[] | null>`case
  when ${jobs.queueKey} is not null and ${jobs.tags} <> '' and not exists (
    select from render_hosts h
    where ${IS_KNOWN} and h.tags @> string_to_array(${jobs.tags}, ','))
  then (
    select coalesce(json_agg(tag), '[]'::json) from unnest(string_to_array(${jobs.tags}, ',')) tag
    where not exists (select from render_hosts h where ${IS_KNOWN} and h.tags @> array[tag])) end`;

/** The fields of a job with its latest attempt and how its attempts ended. */
export const viewWith = (position: SQL<string | null>) => ({
  job: jobs,
  start: startAt(position),
  pace: PACE_OF_JOB,
  expectedEndAt: LATEST.expectedEndAt,
  isHeard: sql<boolean | null>`${jobs.leaseExpiresAt} > clock_timestamp()`,
  nowMs: sql<number>`(extract(epoch from clock_timestamp()) * 1000)::float8`,
  progress: LATEST.progress,
  // The time until the end that the API expects. Null while the host of a running job is silent.
  msLeft: sql<number | null>`case when ${jobs.leaseExpiresAt} > clock_timestamp()
      and ${jobs.stopRequestedAt} is null
    then (extract(epoch from ${LATEST.expectedEndAt} - clock_timestamp()) * 1000)::float8 end`,
  phase: LATEST.phase,
  transfer: LATEST.transfer,
  progressAt: LATEST.progressAt,
  progressAgeMs: sql<number | null>`(extract(epoch from
    clock_timestamp() - ${LATEST.progressAt}) * 1000)::float8`,
  endings: ENDINGS,
  givenBack: GIVEN_BACK,
  hasOtherHost: HAS_OTHER_HOST,
  noHostOffers: NO_HOST_OFFERS,
  drainedHosts: DRAINED_HOSTS,
  receiptNumber: RECEIPT_NUMBER,
  rerunOf: RERUN_OF,
  rerunBy: RERUN_BY,
  position,
});

/** The latest attempt of each job, for a lateral join. */
export const THE_LATEST = [LATEST, sql`true`] as const;

/** Rows: reads one job by primary key, all of one snapshot. */
export const selectJobView = prepareSelect(viewWith(PLACE), (select) =>
  select
    .from(jobs)
    .leftJoinLateral(...THE_LATEST)
    .leftJoinLateral(...OWN_PLACE)
    .where(IS_THIS),
);
type JobViewRow = Awaited<ReturnType<typeof selectJobView>>[number];

const SECRETS_DELETED_AT = sql<string | null>`(
  select d.secrets_deleted_at from job_definitions d where d.job_id = ${jobs.id})`;
/** When the host of the latest attempt was last heard, by primary key. Null while a job waits. */
const HOST_LAST_HEARD_AT = sql<string | null>`(
  select h.last_heard_at from render_hosts h
  where h.name = ${jobs.host} and ${jobs.queueKey} is null)`;

/**
 * The fields of viewWith, the uid of the job, when its secrets were deleted, and when the host of
 * the latest attempt was last heard.
 */
export const detailsWith = (position: SQL<string | null>) => ({
  ...viewWith(position),
  secretsDeletedAt: SECRETS_DELETED_AT,
  uid: uidOf(jobs.id),
  hostLastHeardAt: HOST_LAST_HEARD_AT,
});

export function jobViewFromRow(row: JobViewRow): JobView {
  const job = jobFromRow(row.job);
  const queued = row.job.queueKey !== null;
  const endings = (row.endings ?? []).map(endingFromRow);
  const receipt = deriveCancelReceipt(job, endings, row.job.stopAttemptId);
  const keptOff = keptOffFromRows(row.givenBack);
  return {
    job,
    position: row.position === null ? null : Number(row.position),
    progress: queued ? 0 : Math.round((row.progress ?? 0) * 10) / 10,
    timeLeftMs: row.msLeft === null ? null : stepTimeLeft(row.msLeft),
    estimate: queued && row.position === null ? null : estimateFromRow(job, row),
    transfer: job.lease === null || job.stopRequest !== null ? null : transferOf(row),
    phase: job.lease === null ? null : row.phase,
    host: queued ? null : row.job.host,
    receipt:
      receipt === null
        ? null
        : { ...receipt, number: Number(row.receiptNumber), ...traceOf(row.job.stopTrace) },
    rerunOf: row.rerunOf,
    rerunBy: row.rerunBy ?? [],
    openAttempts: openAttemptsOf(endings),
    keptOff,
    noHostLeft: row.hasOtherHost === false && keptOff.length === row.givenBack?.length,
    noHostOffers: row.noHostOffers,
    // A host that gave the job back, and may have it again, may not be drained.
    drainedHosts: keptOff.length === (row.givenBack?.length ?? 0) ? row.drainedHosts : null,
  };
}

/** The second part of a traceparent is the id of its trace. */
function traceOf(traceparent: string | null): { readonly traceId?: string } {
  const traceId = traceparent?.split('-')[1];
  return traceId === undefined ? {} : { traceId };
}

function transferOf({ transfer, progressAt, progressAgeMs: ageMs }: JobViewRow) {
  if (transfer === null || progressAt === null || ageMs === null) return null;
  return viewTransfer(transfer, { reportedAt: progressAt, ageMs });
}

type NewJobFacts = Pick<JobView, 'job' | 'position' | 'noHostOffers'>;

/** The view of a job that was just inserted: nothing has happened to it yet. */
export function newJobView(facts: NewJobFacts): JobView {
  return {
    ...facts,
    progress: 0,
    timeLeftMs: null,
    // Only a read of the job tells these two: a submission does not wait for them.
    estimate: null,
    drainedHosts: null,
    transfer: null,
    phase: null,
    host: null,
    receipt: null,
    rerunOf: null,
    rerunBy: [],
    openAttempts: [],
    keptOff: [],
    noHostLeft: false,
  };
}
