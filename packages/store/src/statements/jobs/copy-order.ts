import type { Account, KeptPart } from '@renderdeck/domain';
import { eq, sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { jobFromRow } from '../../rows.ts';
import { jobDefinitions, jobSubmitters, jobs } from '../../schema/index.ts';
import type { NewJob } from './insert-jobs.ts';
import { paceKey } from './pace-key.ts';

const paceOf = (jobId: string) => sql`(select pace_number(${paceKey('d.nexrender_job')})
  from job_definitions d where d.job_id = ${jobId}::uuid)`;

/**
 * Rows: reads the definition of a job without its secrets, by primary key. Lock: FOR SHARE, so the
 * secrets are not deleted before this transaction ends. `secretsDeletedAt` is null if they still
 * exist or the job never had any.
 */
export async function lockOrder(tx: Database, jobId: string) {
  const [row] = await tx
    .select()
    .from(jobDefinitions)
    .where(eq(jobDefinitions.jobId, jobId))
    .for('share');
  if (row === undefined) throw new Error(`job ${jobId} has no definition`);
  return row;
}

/**
 * Rows: copies secrets of a job to the edited copy of it, inside the database. Throws if a part was
 * edited.
 */
export async function copySecrets(
  tx: Database,
  source: string,
  copy: string,
  parts: readonly KeptPart[],
): Promise<void> {
  await tx.execute(
    sql`select copy_secrets(${source}::uuid, ${copy}::uuid, ${JSON.stringify(parts)}::jsonb)`,
  );
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
