import { PRIORITY } from '@renderdeck/domain';
import { and, asc, eq, gt, sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { jobChanges } from '../../schema/index.ts';

/** A change, as the history of its job shows it. */
export type ListedChange = Pick<
  typeof jobChanges.$inferSelect,
  'id' | 'at' | 'event' | 'actor' | 'version' | 'statusBefore' | 'statusAfter' | 'facts'
> & {
  /** Null if the change did not change the priority. */
  readonly priorityBefore: number | null;
  readonly priorityAfter: number | null;
};

/** The priority is in the upper bits of the key. The highest priority has the smallest key. */
const before = sql<number | null>`${PRIORITY.max} - (${jobChanges.queueKeyBefore} >> 48)::int`;
const after = sql<number | null>`${PRIORITY.max} - (${jobChanges.queueKeyAfter} >> 48)::int`;

/**
 * Rows: reads the changes of one job after an id. Order: as they were written, by job_changes_job.
 */
export async function listChangesOfJob(
  db: Database,
  jobId: string,
  afterId: bigint | null,
  limit: number,
): Promise<readonly ListedChange[]> {
  const { id, at, event, actor, version, statusBefore, statusAfter, facts } = jobChanges;
  const columns = { id, at, event, actor, version, statusBefore, statusAfter, facts };
  return await db
    .select({ ...columns, priorityBefore: before, priorityAfter: after })
    .from(jobChanges)
    .where(
      and(eq(jobChanges.jobId, jobId), afterId === null ? undefined : gt(jobChanges.id, afterId)),
    )
    .orderBy(asc(jobChanges.version), asc(jobChanges.id))
    .limit(limit);
}
