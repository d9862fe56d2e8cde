import { ATTEMPT_OUTCOMES, LOG_STREAMS, OUTPUTS, type TreeRecord } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  real,
  smallint,
  text,
  unique,
  uuid,
} from 'drizzle-orm/pg-core';
import { instant, oneOf, reported } from './columns.ts';
import { jobs } from './jobs.ts';

/**
 * One attempt of a job. The row exists before any process starts, so everything that a dying daemon
 * leaves behind can be found.
 */
export const attempts = pgTable(
  'attempts',
  {
    id: uuid('id').primaryKey(),
    jobId: uuid('job_id')
      .notNull()
      .references(() => jobs.id, { onDelete: 'cascade' }),
    number: smallint('number').notNull(),
    host: text('host').notNull(),
    /** The host that runs the attempt, and its known facts; null in rows of older versions. */
    hostId: uuid('host_id'),
    hostIdentity: reported('host_identity'),
    /** The host's own login, set by the database; null if hosts share a login. */
    hostLogin: text('host_login'),
    /**
     * The host reported the attempt after the database had lost its claim. Set only for hosts' own
     * logins.
     */
    restored: boolean('restored').notNull().default(false),
    /**
     * When the daemon of that host and boot was last heard. It is set when another daemon takes the
     * name; until then the time is in the row of the host.
     */
    hostLastHeardAt: instant('host_last_heard_at'),
    /** Identifies one run of a daemon. */
    workerId: uuid('worker_id').notNull(),
    treeMarker: text('tree_marker').notNull(),
    /** Null while the attempt runs. */
    outcome: text('outcome', { enum: ATTEMPT_OUTCOMES }),
    createdAt: instant('created_at').notNull().default(sql`clock_timestamp()`),
    endedAt: instant('ended_at'),
    phase: text('phase'),
    progress: real('progress').notNull().default(0),
    frame: integer('frame'),
    totalFrames: integer('total_frames'),
    /** How many sources came from the cache of the host; null on a host without a cache. */
    cachedSources: reported('cached_sources'),
    /** What was downloaded, uploaded or copied at the last report of progress; null if nothing. */
    transfer: reported('transfer'),
    /** CPU and memory of the process tree in the last few minutes. */
    usage: reported('usage').notNull().default([]),
    /** The usage of the whole attempt in few points; see usage-history.ts of the domain. */
    usageHistory: reported('usage_history').notNull().default([]),
    /** When the log was deleted because of its age; null while the log is kept. */
    logDeletedAt: instant('log_deleted_at'),
    /** When each step began, by the database's clock; null if the worker reports no steps. */
    steps: reported('steps'),
    /** When the worker last reported progress; null before that, and in rows of older versions. */
    progressAt: instant('progress_at'),
    /** When the attempt will probably end, by the API's estimate; null if that is not known. */
    expectedEndAt: instant('expected_end_at'),
    /** Which facts of the attempt the measures already contain: bits of measure-attempts.ts. */
    measured: smallint('measured').notNull().default(0),
    output: text('output', { enum: OUTPUTS }).notNull().default('none'),
    /** What the attempt has put out, or may have. Empty in rows of older versions. */
    publications: reported('publications').notNull().default([]),
    /** All that the attempt had to put out is out, by the report of its host. */
    allPublished: boolean('all_published').notNull().default(false),
    scratchPath: text('scratch_path'),
    /**
     * Rows of older versions lack some fields. The column of the tree marker decides, not this
     * copy.
     */
    tree: jsonb('tree').$type<Partial<TreeRecord>>(),
    /** An admin repeated the cancel: the grace period of the stop ends at once. */
    stopRepeated: boolean('stop_repeated').notNull().default(false),
    stopDeliveredAt: instant('stop_delivered_at'),
    stopReport: reported('stop_report'),
    removalReport: reported('removal_report'),
    /** When the host proved that no process of the attempt runs. */
    confirmedAt: instant('confirmed_at'),
    /**
     * Why a search on the host could not prove the end, as a sentence; null if there was no such
     * search.
     */
    unprovenReason: text('unproven_reason'),
    /** An admin declared the host gone: who, when and why. A declaration is no proof. */
    declaredAt: instant('declared_at'),
    declaredBy: text('declared_by'),
    declaredReason: text('declared_reason'),
    /** Part files that the attempt may have left in output folders. */
    parts: reported('parts').notNull().default([]),
  },
  (table) => [
    unique('attempts_number').on(table.jobId, table.number),
    check('attempts_outcome_known', oneOf('outcome', ATTEMPT_OUTCOMES)),
    check('attempts_output_known', oneOf('output', OUTPUTS)),
    check(
      'attempts_declared_whole',
      sql`(declared_at is null) = (declared_by is null)
        and (declared_at is null) = (declared_reason is null)`,
    ),
    index('attempts_unconfirmed').on(table.host).where(sql`confirmed_at is null`),
    index('attempts_unconfirmed_host').on(table.hostId).where(sql`confirmed_at is null`),
    /** Attempts that no longer run and have no proof, as in the view unproven. */
    index('attempts_unproven')
      .on(table.jobId)
      .concurrently()
      .where(sql`confirmed_at is null and (outcome is not null or declared_at is not null)`),
    /** Which jobs a host gave back. The claim looks here for each job that it passes. */
    index('attempts_host_failed').on(table.jobId, table.hostId).where(sql`outcome = 'hostFailed'`),
    /** Logs that retention may delete, oldest first. */
    index('attempts_logged').on(table.endedAt).where(sql`log_deleted_at is null`),
    /** Attempts whose facts the measures do not fully contain yet. 64: MEASURED.all. */
    index('attempts_unmeasured').on(table.id).where(sql`measured < 64`),
    /** The attempts of each host that ended recently. */
    index('attempts_ended')
      .on(table.endedAt, table.host, table.outcome)
      .where(sql`ended_at is not null`),
    index('attempts_parts').on(table.hostId).where(sql`parts <> '[]'::jsonb`),
  ],
);

/** Output lines of an attempt, in a chunk for each report. The worker numbers the chunks. */
export const attemptLog = pgTable(
  'attempt_log',
  {
    attemptId: uuid('attempt_id')
      .notNull()
      .references(() => attempts.id, { onDelete: 'cascade' }),
    seq: integer('seq').notNull(),
    at: instant('at').notNull().default(sql`clock_timestamp()`),
    stream: text('stream', { enum: LOG_STREAMS }).notNull(),
    lines: reported('lines').notNull(),
    /**
     * The size of the text in UTF-8, each line with its line feed. The place of a chunk is the sum
     * of the sizes before it.
     */
    bytes: integer('bytes').notNull().generatedAlwaysAs(sql`log_bytes(lines)`),
  },
  (table) => [primaryKey({ name: 'attempt_log_pkey', columns: [table.attemptId, table.seq] })],
);
