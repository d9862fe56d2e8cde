import { AUDIT_ACTIONS, AUDIT_OUTCOMES, type AuditValues } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import { bigint, check, index, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { instant, xid8 } from './columns.ts';
import { oneOf } from './one-of.ts';

/** Append-only: a trigger rejects every update and delete. */
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
    action: text('action', { enum: AUDIT_ACTIONS }).notNull(),
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
    index('audit_log_job').on(table.jobId, table.id).where(sql`job_id is not null`),
    index('audit_log_actor').on(table.actor, table.id),
    index('audit_log_xid').on(table.xid),
  ],
);

/** The hash chain over the audit log: one seal per line, made after its commit. Append-only. */
export const auditSeals = pgTable('audit_seals', {
  /** 1, 2, 3, … without gaps. */
  seq: bigint('seq', { mode: 'bigint' }).primaryKey(),
  auditId: bigint('audit_id', { mode: 'bigint' }).notNull().unique('audit_seals_line'),
  /** SHA-256, in hex, over the line and the previous hash. */
  hash: text('hash').notNull(),
  /** From this seal on, every line of an older transaction is sealed. */
  sealedBelow: xid8('sealed_below').notNull(),
  sealedAt: instant('sealed_at').notNull().default(sql`clock_timestamp()`),
});
