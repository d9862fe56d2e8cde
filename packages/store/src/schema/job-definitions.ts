import type { HiddenPlace, JobLimits, Json, Secret } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import { index, jsonb, pgTable, uuid } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';
import { jobs } from './jobs.ts';

/** The nexrender job as submitted, without its secrets. */
export const jobDefinitions = pgTable(
  'job_definitions',
  {
    jobId: uuid('job_id')
      .primaryKey()
      .references(() => jobs.id, { onDelete: 'cascade' }),
    nexrenderJob: jsonb('nexrender_job').$type<Json>().notNull(),
    /** Watchdog limits of this job, where they differ from the defaults. */
    limits: jsonb('limits').$type<JobLimits>().notNull().default({}),
    /** Where its secrets were, and what they are, as people read it. */
    hidden: jsonb('hidden').$type<readonly HiddenPlace[]>().notNull().default([]),
    /** When its secrets were deleted; null where it has them still, or never had any. */
    secretsDeletedAt: instant('secrets_deleted_at'),
    /** The job of which this one is a repetition, which may be deleted by now. */
    rerunOf: uuid('rerun_of'),
  },
  (table) => [index('job_definitions_rerun_of').on(table.rerunOf).where(sql`rerun_of is not null`)],
);

/**
 * The secrets of a job. Only the worker that renders it reads them. They are deleted some days
 * after its end.
 */
export const jobSecrets = pgTable('job_secrets', {
  jobId: uuid('job_id')
    .primaryKey()
    .references(() => jobs.id, { onDelete: 'cascade' }),
  secrets: jsonb('secrets').$type<readonly Secret[]>().notNull(),
});
