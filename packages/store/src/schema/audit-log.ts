import { AUDIT_ACTIONS, AUDIT_OUTCOMES, type AuditValues } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import { bigint, check, index, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';
import { oneOf } from './one-of.ts';

/** Append-only: a trigger refuses every update and delete. */
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
  },
  (table) => [
    check('audit_log_outcome_known', oneOf('outcome', AUDIT_OUTCOMES)),
    index('audit_log_job').on(table.jobId, table.id).where(sql`job_id is not null`),
    index('audit_log_actor').on(table.actor, table.id),
  ],
);
