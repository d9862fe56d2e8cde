import { AUDIT_OUTCOMES, type AuditAction, type AuditValues } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import { bigint, check, index, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { instant, oneOf, xid8 } from './columns.ts';

/**
 * The text that a search looks in: actor, reason, and the name of the user, token or host that a
 * line is about.
 */
export const AUDIT_TEXT = sql.raw(
  `(actor || ' ' || coalesce(reason, '') || ' ' || coalesce(after->>'user', before->>'user', ` +
    `after->>'token', before->>'token', after->>'host', before->>'host', ''))`,
);

/** Append-only: a trigger rejects every update and deletion. */
export const auditLog = pgTable(
  'audit_log',
  {
    id: bigint('id', { mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
    at: instant('at').notNull().default(sql`clock_timestamp()`),
    actorKind: text('actor_kind').notNull(),
    actor: text('actor').notNull(),
    channel: text('channel').notNull(),
    address: text('address'),
    requestId: text('request_id'),
    action: text('action').$type<AuditAction>().notNull(),
    outcome: text('outcome', { enum: AUDIT_OUTCOMES }).notNull(),
    code: text('code'),
    jobId: uuid('job_id'),
    reason: text('reason'),
    before: jsonb('before').$type<AuditValues>(),
    after: jsonb('after').$type<AuditValues>(),
    /** The transaction that wrote the line; the sealer orders lines by it. */
    xid: xid8('xid').notNull().default(sql`pg_current_xact_id()`),
  },
  (table) => [
    check('audit_log_outcome_known', oneOf('outcome', AUDIT_OUTCOMES)),
    index('audit_log_at').on(table.at, table.id),
    index('audit_log_job_at').on(table.jobId, table.at, table.id).where(sql`job_id is not null`),
    index('audit_log_actor_at').on(table.actor, table.at, table.id),
    index('audit_log_action_at').on(table.action, table.at, table.id),
    index('audit_log_refused').on(table.at, table.id).where(sql`outcome = 'refused'`),
    index('audit_log_trigrams').using('gin', sql`text_trigrams(${AUDIT_TEXT})`),
    index('audit_log_xid').on(table.xid),
  ],
);

/**
 * The hash chain over the audit log: one seal for each line, made after the line is committed.
 * Append-only.
 */
export const auditSeals = pgTable('audit_seals', {
  /** 1, 2, 3, … without gaps. */
  seq: bigint('seq', { mode: 'bigint' }).primaryKey(),
  auditId: bigint('audit_id', { mode: 'bigint' }).notNull().unique('audit_seals_line'),
  /** SHA-256, in hex, over the line and the previous hash. */
  hash: text('hash').notNull(),
  /** When this seal was made, every line of a transaction older than this one was sealed. */
  sealedBelow: xid8('sealed_below').notNull(),
  sealedAt: instant('sealed_at').notNull().default(sql`clock_timestamp()`),
});

/**
 * When an API process was up: one row from its start, or from the moment when the database answered
 * it again, to its end. In a time that no row covers, no audit line could be written.
 */
export const apiRuns = pgTable(
  'api_runs',
  {
    id: bigint('id', { mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
    startedAt: instant('started_at').notNull().default(sql`clock_timestamp()`),
    lastSeenAt: instant('last_seen_at').notNull().default(sql`clock_timestamp()`),
    /** When the process ended cleanly; null while it runs, and if it was only no longer heard. */
    endedAt: instant('ended_at'),
  },
  (table) => [index('api_runs_started').on(table.startedAt)],
);
