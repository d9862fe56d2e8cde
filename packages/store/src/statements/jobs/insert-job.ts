import type { JobLimits, Json, Secret } from '@renderdeck/domain';
import type { Database } from '../../connect.ts';
import { jobFromRow } from '../../rows.ts';
import { jobDefinitions, jobSecrets, jobs } from '../../schema/index.ts';

export type NewJob = {
  readonly id: string;
  readonly name: string;
  readonly priority: number;
  readonly maxAttempts: number;
  readonly submittedBy: string;
  readonly nexrenderJob: Json;
  readonly secrets: readonly Secret[];
  readonly limits: JobLimits;
};

/**
 * Rows: inserts a job, its definition and, if it has any, its secrets.
 * Order: job_queue_seq places the job behind all queued jobs of the same priority.
 */
export async function insertJob(tx: Database, job: NewJob) {
  const { nexrenderJob, secrets, limits, ...columns } = job;
  const [row] = await tx.insert(jobs).values(columns).returning();
  if (row === undefined) throw new Error('insert into jobs gave no row');
  await tx.insert(jobDefinitions).values({ jobId: job.id, nexrenderJob, limits });
  if (secrets.length > 0) await tx.insert(jobSecrets).values({ jobId: job.id, secrets });
  return { job: jobFromRow(row), queueKey: row.queueKey };
}
