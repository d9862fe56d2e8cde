import { type AwaitedHost, JOB_STATUSES, OUTPUTS, PRIORITY, TRANSITIONS } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import {
  bigint,
  check,
  index,
  integer,
  jsonb,
  pgSequence,
  pgTable,
  smallint,
  text,
  uuid,
} from 'drizzle-orm/pg-core';
import {
  bytewiseText,
  instant,
  isFailedJob,
  isRunningJob,
  jobDuration,
  oneOf,
  reported,
} from './columns.ts';

export const jobQueueSeq = pgSequence('job_queue_seq', {
  startWith: 1,
  increment: 1,
  minValue: 1,
  maxValue: 281474976710655,
  cache: 1,
});

/** The form in JSON: times are text. */
export type AwaitedHostRow = Pick<AwaitedHost, 'host' | 'hostId'> & {
  readonly reportedAt: string | null;
  readonly declaration: {
    readonly by: string;
    readonly at: string;
    readonly reason: string;
  } | null;
};

/**
 * The busiest table. It has only what the queue and the leases need. The nexrender job is in
 * job_definitions, its secrets are in job_secrets.
 * Long because: it is one list of columns and indexes.
 */
export const jobs = pgTable(
  'jobs',
  {
    id: uuid('id').primaryKey(),
    name: text('name').notNull(),
    /** The file name of the template. Null if it is hidden, and in rows of older versions. */
    template: text('template'),
    status: text('status', { enum: JOB_STATUSES }).notNull().default(TRANSITIONS.claim.from),
    priority: smallint('priority').notNull().default(PRIORITY.default),
    /** The tags that a host must offer, sorted and joined by commas; empty: none. */
    tags: bytewiseText('tags').notNull().default(''),
    /**
     * What it renders, as in render_paces: renders of the same template, composition and frames
     * have the same number. Null in rows of older versions.
     */
    pace: bigint('pace', { mode: 'bigint' }),
    queueSeq: bigint('queue_seq', { mode: 'number' })
      .notNull()
      .default(sql`nextval('job_queue_seq')`),
    /** The ascending order of this number is the queue order; null unless QUEUED. */
    queueKey: bigint('queue_key', { mode: 'bigint' }).generatedAlwaysAs(
      sql.raw(
        `case when status = '${TRANSITIONS.claim.from}' ` +
          `then ((${PRIORITY.max} - priority)::bigint << 48) | queue_seq end`,
      ),
    ),
    version: integer('version').notNull().default(1),
    submittedBy: text('submitted_by').notNull(),
    createdAt: instant('created_at').notNull().default(sql`clock_timestamp()`),
    startedAt: instant('started_at'),
    endedAt: instant('ended_at'),
    attempts: smallint('attempts').notNull().default(0),
    maxAttempts: smallint('max_attempts').notNull(),
    /** The latest attempt, even after it has ended. */
    attemptId: uuid('attempt_id'),
    host: text('host'),
    /** The login of the host that holds the job or held it last; null if hosts share a login. */
    hostLogin: text('host_login'),
    /** Not null exactly while a worker holds the job. */
    leaseExpiresAt: instant('lease_expires_at'),
    /** The length of the lease; null if the job never had one. */
    leaseMs: integer('lease_ms'),
    /** Grows with each claim and each renewal, so a renewal is noticed without any clock. */
    leaseRenewals: bigint('lease_renewals', { mode: 'number' }).notNull().default(0),
    output: text('output', { enum: OUTPUTS }).notNull().default('none'),
    stopRequestedAt: instant('stop_requested_at'),
    stopRequestedBy: text('stop_requested_by'),
    stopChannel: text('stop_channel'),
    stopReason: text('stop_reason'),
    /** The attempt that ran when the stop was requested; null if the job was queued. */
    stopAttemptId: uuid('stop_attempt_id'),
    /** The traceparent of the request to stop; null if it was not traced. */
    stopTrace: text('stop_trace'),
    /** Hosts that had not told this database what they run when the stop was requested. */
    awaitedHosts: jsonb('awaited_hosts').$type<readonly AwaitedHostRow[]>().notNull().default([]),
    failure: text('failure'),
    /**
     * Sentences about the output that a person must know, in the order in which they were added.
     */
    warnings: reported('warnings').notNull().default([]),
  },
  (table) => [
    check('jobs_status_known', oneOf('status', JOB_STATUSES)),
    check('jobs_output_known', oneOf('output', OUTPUTS)),
    check('jobs_priority_range', sql.raw(`priority between ${PRIORITY.min} and ${PRIORITY.max}`)),
    check('jobs_queue_seq_range', sql`queue_seq between 1 and 281474976710655`),
    check(
      'jobs_stop_whole',
      sql.raw(
        '(stop_requested_at is null) = (stop_requested_by is null) and ' +
          '(stop_requested_at is null) = (stop_channel is null)',
      ),
    ),
    check(
      'jobs_lease_has_attempt',
      sql`lease_expires_at is null or (attempt_id is not null and host is not null)`,
    ),
    /* Tags and pace are there for the forecast, which reads all waiting jobs from the index. */
    index('jobs_in_order')
      .on(table.queueKey, table.tags, table.pace)
      .concurrently()
      .where(sql`queue_key is not null`),
    /* A claim reads the first job of each set of tags that its host offers. */
    index('jobs_claimable').on(table.tags, table.queueKey).where(sql`queue_key is not null`),
    /* Without a column that a renewal writes: PostgreSQL would add an entry for each renewal. */
    index('jobs_running').on(table.startedAt, table.id).concurrently().where(isRunningJob()),
    index('jobs_stop_requested')
      .on(table.stopRequestedAt)
      .where(sql`stop_requested_at is not null`),
    index('jobs_awaiting').on(table.id).where(sql`awaited_hosts <> '[]'::jsonb`),
    index('jobs_ended')
      .on(table.endedAt.desc().nullsFirst(), table.id)
      .where(sql`ended_at is not null`),
    /*
     * Filters of the list of jobs. The first two indexes contain the trigrams of each name and id.
     */
    index('jobs_search_queued')
      .using('gin', sql`job_trigrams(name, id)`)
      .with({ gin_pending_list_limit: 512 })
      .where(sql`queue_key is not null`),
    index('jobs_search_ended')
      .using('gin', sql`job_trigrams(name, id)`)
      .with({ gin_pending_list_limit: 512 })
      .where(sql`ended_at is not null`),
    index('jobs_of_submitter')
      .on(table.submittedBy, table.queueKey)
      .where(sql`queue_key is not null`),
    index('jobs_ended_of_submitter')
      .on(table.submittedBy, table.endedAt.desc().nullsFirst(), table.id)
      .where(sql`ended_at is not null`),
    index('jobs_of_template')
      .on(table.template, table.queueKey)
      .concurrently()
      .where(sql`queue_key is not null and template is not null`),
    index('jobs_ended_of_template')
      .on(table.template, table.endedAt.desc().nullsFirst(), table.id)
      .concurrently()
      .where(sql`ended_at is not null and template is not null`),
    /* Other orders of ended jobs. */
    index('jobs_ended_by_name')
      .on(sql`lower(name)`, table.id)
      .concurrently()
      .where(sql`ended_at is not null`),
    index('jobs_ended_by_duration')
      .on(jobDuration(), table.id)
      .concurrently()
      .where(sql`ended_at is not null`),
    index('jobs_ended_on_host')
      .on(table.host, table.endedAt.desc().nullsFirst(), table.id)
      .where(sql`ended_at is not null`),
    index('jobs_ended_with_status')
      .on(table.status, table.endedAt.desc().nullsFirst(), table.id)
      .where(sql`ended_at is not null`),
    /* Failed jobs by the reason of their failure (failure-reason.ts of the domain). */
    index('jobs_failed_for')
      .on(sql`failure_reason(failure)`, table.endedAt.desc().nullsFirst(), table.id)
      .concurrently()
      .where(isFailedJob()),
  ],
);
