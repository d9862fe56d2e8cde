import type { JobLimits, Json, Secret } from '@renderdeck/domain';
import { jsonb, pgTable, uuid } from 'drizzle-orm/pg-core';
import { jobs } from './jobs.ts';

/** The nexrender job as submitted, without its secrets. */
export const jobDefinitions = pgTable('job_definitions', {
  jobId: uuid('job_id')
    .primaryKey()
    .references(() => jobs.id, { onDelete: 'cascade' }),
  nexrenderJob: jsonb('nexrender_job').$type<Json>().notNull(),
  /** Watchdog limits of this job, where they differ from the defaults. */
  limits: jsonb('limits').$type<JobLimits>().notNull().default({}),
});

/** The secrets of a job. Only the worker that renders it reads them. */
export const jobSecrets = pgTable('job_secrets', {
  jobId: uuid('job_id')
    .primaryKey()
    .references(() => jobs.id, { onDelete: 'cascade' }),
  secrets: jsonb('secrets').$type<readonly Secret[]>().notNull(),
});
