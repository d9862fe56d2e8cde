import type { Job } from '@renderdeck/domain';
import { and, eq } from 'drizzle-orm';
import type { Database } from '../../connect.ts';
import { rowFromJob } from '../../rows.ts';
import { jobs } from '../../schema/index.ts';

/**
 * Rows: one job. Fence: the version read under lockJob. Gives the queue key after the change, null unless QUEUED. Throws where the fence
 * fails: the caller holds the lock, so that is a bug.
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
