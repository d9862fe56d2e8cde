import {
  ATTEMPT_OUTCOMES,
  type HostIdentity,
  LOG_STREAMS,
  OUTPUTS,
  type RemovalReport,
  type StepRow,
  type StopReport,
  type TreeRecord,
  type UsageRow,
  type UsageSample,
} from '@renderdeck/domain';
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
import { instant, oneOf } from './columns.ts';
import { jobs } from './jobs.ts';

/**
 * One attempt of a job. The row exists before any process starts, so that whatever a dying daemon
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
    /** The host that runs it, and what is known of it; null in rows of older versions. */
    hostId: uuid('host_id'),
    hostIdentity: jsonb('host_identity').$type<HostIdentity>(),
    /** The host's own login, set by the database; null where hosts share one. */
    hostLogin: text('host_login'),
    /** The host reported it after the database had lost its claim. Set for host logins alone. */
    restored: boolean('restored').notNull().default(false),
    /**
     * When the daemon of that host and boot was last heard. Set when another daemon takes its name;
     * until then the host's row tells it.
     */
    hostLastHeardAt: instant('host_last_heard_at'),
    /** Identifies one run of a daemon. */
    workerId: uuid('worker_id').notNull(),
    treeMarker: text('tree_marker').notNull(),
    /** Null while it runs. */
    outcome: text('outcome', { enum: ATTEMPT_OUTCOMES }),
    createdAt: instant('created_at').notNull().default(sql`clock_timestamp()`),
    endedAt: instant('ended_at'),
    phase: text('phase'),
    progress: real('progress').notNull().default(0),
    frame: integer('frame'),
    totalFrames: integer('total_frames'),
    /** CPU and memory of the tree in the last few minutes. */
    usage: jsonb('usage').$type<readonly UsageSample[]>().notNull().default([]),
    /** The same over the whole attempt, in few points; see usage-history.ts of the domain. */
    usageHistory: jsonb('usage_history').$type<readonly UsageRow[]>().notNull().default([]),
    /** Its log was kept long enough; null while the log is kept. */
    logDeletedAt: instant('log_deleted_at'),
    /** When each step began, by the database's clock; null where its worker tells no steps. */
    steps: jsonb('steps').$type<readonly StepRow[]>(),
    /** When its worker last told progress; null before, and in rows of older versions. */
    progressAt: instant('progress_at'),
    /** When it will end, as the API estimates it; null while that is not known. */
    expectedEndAt: instant('expected_end_at'),
    /** What of it the measures hold already: bits of measure-attempts.ts. */
    measured: smallint('measured').notNull().default(0),
    output: text('output', { enum: OUTPUTS }).notNull().default('none'),
    scratchPath: text('scratch_path'),
    /** Rows of older versions lack some of it; the tree marker's column is the truth. */
    tree: jsonb('tree').$type<Partial<TreeRecord>>(),
    stopDeliveredAt: instant('stop_delivered_at'),
    stopReport: jsonb('stop_report').$type<StopReport>(),
    removalReport: jsonb('removal_report').$type<RemovalReport>(),
    /** When the host proved that no process of the attempt runs. */
    confirmedAt: instant('confirmed_at'),
    /** Why a search on its host could prove nothing, as a sentence; null where none was made. */
    unprovenReason: text('unproven_reason'),
    /** An admin declared its host gone: who, when and why. It is no proof. */
    declaredAt: instant('declared_at'),
    declaredBy: text('declared_by'),
    declaredReason: text('declared_reason'),
    /** Part files that it may have left in output folders. */
    parts: jsonb('parts').$type<readonly string[]>().notNull().default([]),
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
    /** Which jobs a host gave back: the claim looks here for each job that it passes. */
    index('attempts_host_failed').on(table.jobId, table.hostId).where(sql`outcome = 'hostFailed'`),
    /** Logs that retention may delete, the oldest first. */
    index('attempts_logged').on(table.endedAt).where(sql`log_deleted_at is null`),
    /** What the measures do not hold wholly yet. 64: MEASURED.all. */
    index('attempts_unmeasured').on(table.id).where(sql`measured < 64`),
    /** What each host ended lately. */
    index('attempts_ended')
      .on(table.endedAt, table.host, table.outcome)
      .where(sql`ended_at is not null`),
    index('attempts_parts').on(table.hostId).where(sql`parts <> '[]'::jsonb`),
  ],
);

/** Output lines of an attempt, in chunks of about a second that the worker numbers. */
export const attemptLog = pgTable(
  'attempt_log',
  {
    attemptId: uuid('attempt_id')
      .notNull()
      .references(() => attempts.id, { onDelete: 'cascade' }),
    seq: integer('seq').notNull(),
    at: instant('at').notNull().default(sql`clock_timestamp()`),
    stream: text('stream', { enum: LOG_STREAMS }).notNull(),
    lines: jsonb('lines').$type<readonly string[]>().notNull(),
    /** Of its text in UTF-8, each line with its end: the place of a chunk is the sum before it. */
    bytes: integer('bytes').notNull().generatedAlwaysAs(sql`log_bytes(lines)`),
  },
  (table) => [primaryKey({ name: 'attempt_log_pkey', columns: [table.attemptId, table.seq] })],
);
