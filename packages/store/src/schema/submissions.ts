import { sql } from 'drizzle-orm';
import { index, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';
import { jobs } from './jobs.ts';

/**
 * The job of each submission with an Idempotency-Key, so that a repeated submission gets the same
 * job, and the uids of jobs (statements/submissions/nexrender-uids.ts).
 */
export const submissions = pgTable(
  'submissions',
  {
    /** The kind and id of the user or token that owns the key; for uids one text. */
    principal: text('principal').notNull(),
    key: text('key').notNull(),
    /** SHA-256, in hex, of what was submitted. */
    fingerprint: text('fingerprint').notNull(),
    jobId: uuid('job_id').notNull(),
    createdAt: instant('created_at').notNull().default(sql`clock_timestamp()`),
  },
  (table) => [
    primaryKey({ name: 'submissions_pkey', columns: [table.principal, table.key] }),
    index('submissions_created').on(table.createdAt),
    index('submissions_job').on(table.jobId),
  ],
);

/**
 * Which user or token submitted a job; a name alone does not identify one. It is a table of its
 * own, so that no worker can change it. Jobs of earlier versions have no row.
 */
export const jobSubmitters = pgTable('job_submitters', {
  jobId: uuid('job_id')
    .primaryKey()
    .references(() => jobs.id, { onDelete: 'cascade' }),
  kind: text('kind', { enum: ['user', 'token'] }).notNull(),
  accountId: uuid('account_id').notNull(),
});
