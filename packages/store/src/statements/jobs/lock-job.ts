import type { Job } from '@renderdeck/domain';
import { eq, sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { anyOf } from '../../prepared/prepare.ts';
import { prepareSelect } from '../../prepared/prepare-select.ts';
import { type JobRow, jobFromRow } from '../../rows.ts';
import { jobs } from '../../schema/index.ts';

export type LockedJob = {
  readonly job: Job;
  readonly at: Date;
  /** The latest attempt. */
  readonly attemptId: string | null;
};

const FIELDS = { job: jobs, at: sql<string>`clock_timestamp()` };
const read = prepareSelect(FIELDS, (select) =>
  select
    .from(jobs)
    .where(eq(jobs.id, sql.placeholder('id')))
    .for('update'),
);
const readFree = prepareSelect(FIELDS, (select) =>
  select
    .from(jobs)
    .where(sql`${jobs.id} = ${anyOf('ids')}`)
    .orderBy(jobs.id)
    .for('update', { skipLocked: true }),
);

/**
 * Rows: reads one job, by primary key. Lock: FOR UPDATE, so changes of one job run one by one. Also
 * returns the database's time, because the rules use no other clock. Null if no job has the id.
 */
export async function lockJob(tx: Database, id: string): Promise<LockedJob | null> {
  const [row] = await read(tx, { id });
  return row === undefined ? null : lockedFromRow(row);
}

/**
 * Rows: locks several jobs, as lockJob does. Lock: FOR UPDATE SKIP LOCKED, so a job that another
 * transaction is changing is left out, like a job that does not exist.
 */
export async function lockFreeJobs(
  tx: Database,
  ids: readonly string[],
): Promise<readonly LockedJob[]> {
  return (await readFree(tx, { ids: `{${ids.join()}}` })).map(lockedFromRow);
}

function lockedFromRow({ job, at }: { readonly job: JobRow; readonly at: string }): LockedJob {
  return { job: jobFromRow(job), at: new Date(at), attemptId: job.attemptId };
}
