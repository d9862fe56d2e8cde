import type { Job } from '@renderdeck/domain';
import { type Database, lockJob } from '@renderdeck/store';

/** Locks the jobs in the order of their ids, so that two actions on many jobs never deadlock. */
export async function lockJobs(tx: Database, ids: readonly string[]): Promise<readonly Job[]> {
  const jobs: Job[] = [];
  for (const id of [...new Set(ids)].sort()) {
    const locked = await lockJob(tx, id);
    if (locked !== null) jobs.push(locked.job);
  }
  return jobs;
}
