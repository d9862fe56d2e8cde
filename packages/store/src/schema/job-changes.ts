import { JOB_EVENTS, JOB_STATUSES } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import { bigint, boolean, index, integer, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { instant, xid8 } from './columns.ts';

/** The event of a change row: a transition, or a change that does not change the status. */
export const CHANGE_EVENTS = [
  ...JOB_EVENTS,
  'submit',
  'setPriority',
  'setTags',
  'resubmit',
  'passPublishGate',
  'allowPublish',
  'publish',
  'declareHostGone',
  'releaseHost',
  'restore',
  'deliverStop',
  'reportStop',
  'confirmStop',
  'reportFiles',
] as const;
export type ChangeEvent = (typeof CHANGE_EVENTS)[number];

/**
 * The append-only history of each job, written in the transaction of the change. The live events
 * come from it. The queue counter computes positions from queueKeyBefore and queueKeyAfter.
 */
export const jobChanges = pgTable(
  'job_changes',
  {
    id: bigint('id', { mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
    xid: xid8('xid').notNull().default(sql`pg_current_xact_id()`),
    jobId: uuid('job_id').notNull(),
    version: integer('version').notNull(),
    event: text('event', { enum: CHANGE_EVENTS }).notNull(),
    statusBefore: text('status_before', { enum: JOB_STATUSES }),
    statusAfter: text('status_after', { enum: JOB_STATUSES }).notNull(),
    actor: text('actor').notNull(),
    facts: jsonb('facts')
      .$type<Readonly<Record<string, string | number | boolean | null>>>()
      .notNull()
      .default({}),
    at: instant('at').notNull().default(sql`clock_timestamp()`),
    queueKeyBefore: bigint('q_from', { mode: 'bigint' }),
    queueKeyAfter: bigint('q_to', { mode: 'bigint' }),
  },
  (table) => [
    index('job_changes_xid').on(table.xid),
    index('job_changes_q').on(table.xid).where(sql`q_from is not null or q_to is not null`),
    index('job_changes_job').on(table.jobId, table.version),
  ],
);

/**
 * How far the history is deleted: at most one row, with the highest transaction of a deleted
 * change. A cursor that has not seen that transaction has a gap.
 */
export const jobChangesForgotten = pgTable('job_changes_forgotten', {
  onlyRow: boolean('only_row').primaryKey().default(true),
  xid: xid8('xid').notNull(),
  at: instant('at').notNull().default(sql`clock_timestamp()`),
});
