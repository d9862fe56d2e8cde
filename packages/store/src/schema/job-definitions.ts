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
    /** Watchdog limits of this job that differ from the defaults. */
    limits: jsonb('limits').$type<JobLimits>().notNull().default({}),
    /** The places of the secrets and their kinds, in the form for people. */
    hidden: jsonb('hidden').$type<readonly HiddenPlace[]>().notNull().default([]),
    /** When the secrets were deleted; null if the job still has them or never had any. */
    secretsDeletedAt: instant('secrets_deleted_at'),
    /** The job that this job runs again; that job may be deleted already. */
    rerunOf: uuid('rerun_of'),
  },
  (table) => [index('job_definitions_rerun_of').on(table.rerunOf).where(sql`rerun_of is not null`)],
);

/**
 * The secrets of a job. Only the worker that renders the job reads them. They are deleted some days
 * after the end of the job.
 */
export const jobSecrets = pgTable('job_secrets', {
  jobId: uuid('job_id')
    .primaryKey()
    .references(() => jobs.id, { onDelete: 'cascade' }),
  secrets: jsonb('secrets').$type<readonly Secret[]>().notNull(),
});
