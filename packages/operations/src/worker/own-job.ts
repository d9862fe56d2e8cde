import type { Job } from '@renderdeck/domain';
import { type Database, lockJob } from '@renderdeck/store';

export type Attempt = { readonly jobId: string; readonly attemptId: string };

/** Locks the job of an attempt. Returns null if the attempt has lost it: a late worker loses. */
export async function lockOwnJob(
  tx: Database,
  { jobId, attemptId }: Attempt,
): Promise<{ job: Job; at: Date } | null> {
  const locked = await lockJob(tx, jobId);
  return locked?.job.lease?.attemptId === attemptId ? locked : null;
}
