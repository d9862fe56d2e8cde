import type { Job } from '@renderdeck/domain';
import { and, eq } from 'drizzle-orm';
import type { Database } from '../../connect.ts';
import { rowFromJob } from '../../rows.ts';
import { jobs } from '../../schema/index.ts';

/**
 * Rows: updates one job, by primary key. Fence: the version that lockJob read. A failed fence
 * throws, because the caller holds the lock. Returns the new queue key; null unless QUEUED.
 */
export async function saveJob(
  tx: Database,
  before: Job,
  after: Job,
  stopAttemptId?: string | null,
): Promise<bigint | null> {
  const [row] = await tx
    .update(jobs)
    .set({ ...rowFromJob(after), ...(stopAttemptId === undefined ? {} : { stopAttemptId }) })
    .where(and(eq(jobs.id, before.id), eq(jobs.version, before.version)))
    .returning({ queueKey: jobs.queueKey });
  if (row === undefined)
    throw new Error(
      `job ${before.id} was saved without its lock: version ${before.version} is gone`,
    );
  return row.queueKey;
}
