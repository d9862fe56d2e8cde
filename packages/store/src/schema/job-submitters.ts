import { pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { jobs } from './jobs.ts';

/**
 * Which user or token submitted a job: a name alone says it of nobody for certain. Apart from the
 * jobs, so that no worker can change it. Jobs of earlier versions have no row.
 */
export const jobSubmitters = pgTable('job_submitters', {
  jobId: uuid('job_id')
    .primaryKey()
    .references(() => jobs.id, { onDelete: 'cascade' }),
  kind: text('kind', { enum: ['user', 'token'] }).notNull(),
  accountId: uuid('account_id').notNull(),
});
