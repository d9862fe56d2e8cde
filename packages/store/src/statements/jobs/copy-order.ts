import type { Account } from '@renderdeck/domain';
import { eq, sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { jobFromRow } from '../../rows.ts';
import { jobDefinitions, jobSubmitters, jobs } from '../../schema/index.ts';
import type { NewJob } from './insert-jobs.ts';
import { paceKey } from './pace-key.ts';

const paceOf = (jobId: string) => sql`(select pace_number(${paceKey('d.nexrender_job')})
  from job_definitions d where d.job_id = ${jobId}::uuid)`;

/**
 * Rows: reads when the secrets of a job were deleted, by primary key. Lock: FOR SHARE, so they are
 * not deleted before this transaction ends. Null if they still exist or the job never had any.
 */
export async function lockOrder(tx: Database, jobId: string): Promise<Date | null> {
  const [row] = await tx
    .select({ secretsDeletedAt: jobDefinitions.secretsDeletedAt })
    .from(jobDefinitions)
    .where(eq(jobDefinitions.jobId, jobId))
    .for('share');
  return row?.secretsDeletedAt ?? null;
}

/** Rows: reads which user or token submitted a job, by primary key. Null if that is not known. */
export async function findSubmitter(db: Database, jobId: string): Promise<Account | null> {
  const [row] = await db
    .select({ kind: jobSubmitters.kind, id: jobSubmitters.accountId })
    .from(jobSubmitters)
    .where(eq(jobSubmitters.jobId, jobId));
  return row ?? null;
}

/**
 * Rows: inserts a job and its submitter, and copies the definition and the secrets of another job
 * to it inside the database, so this process never reads them. A callback is not copied. Order:
 * job_queue_seq, behind all jobs of its priority.
 */
export async function insertRerun(
  tx: Database,
  job: Omit<NewJob, 'nexrenderJob' | 'secrets' | 'hidden' | 'limits' | 'callback'> & {
    readonly rerunOf: string;
  },
) {
  const { rerunOf, tags, submitter, ...columns } = job;
  const [row] = await tx
    .insert(jobs)
    .values({ ...columns, tags: tags.join(), pace: paceOf(rerunOf) })
    .returning();
  if (row === undefined) throw new Error('insert into jobs returned no row');
  if (submitter !== null)
    await tx
      .insert(jobSubmitters)
      .values({ jobId: job.id, kind: submitter.kind, accountId: submitter.id });
  await tx.execute(sql`select copy_order(${rerunOf}::uuid, ${job.id}::uuid)`);
  return { job: jobFromRow(row), queueKey: row.queueKey };
}
