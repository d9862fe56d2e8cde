import { and, desc, eq, gt } from 'drizzle-orm';
import type { Database } from '../../connect.ts';
import { jobChanges } from '../../schema/index.ts';

/**
 * Rows: reads the newest change of a job after a version, by job_changes_job. Null where there is
 * none.
 */
export async function findLastChangeSince(tx: Database, jobId: string, version: number) {
  const [row] = await tx
    .select()
    .from(jobChanges)
    .where(and(eq(jobChanges.jobId, jobId), gt(jobChanges.version, version)))
    .orderBy(desc(jobChanges.version))
    .limit(1);
  return row ?? null;
}
