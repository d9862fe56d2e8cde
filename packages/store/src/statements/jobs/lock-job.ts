import type { Job } from '@renderdeck/domain';
import { eq, sql } from 'drizzle-orm';
import type { Database } from '../../connect.ts';
import { jobFromRow } from '../../rows.ts';
import { jobs } from '../../schema/index.ts';

/**
 * Rows: reads one job, by primary key. Lock: FOR UPDATE, so changes of one job run one by one.
 * Returns the database's time too, because the rules use no other clock. Null where no job has the
 * id.
 */
export async function lockJob(
  tx: Database,
  id: string,
): Promise<{ job: Job; at: Date; attemptId: string | null } | null> {
  const [row] = await tx
    .select({ job: jobs, at: sql<string>`clock_timestamp()` })
    .from(jobs)
    .where(eq(jobs.id, id))
    .for('update');
  return row === undefined
    ? null
    : { job: jobFromRow(row.job), at: new Date(row.at), attemptId: row.job.attemptId };
}
