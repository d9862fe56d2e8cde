import type { Job } from '@renderdeck/domain';
import { type Database, lockJob } from '@renderdeck/store';

/**
 * How long an admin's action waits for another transaction that holds its job, its host or the
 * order of the queue. Then the action fails (55P03), and nothing has changed.
 */
export const MOST_WAIT_MS = 10_000;

/** Locks the jobs in the order of their ids, so that two actions on many jobs cannot deadlock. */
export async function lockJobs(tx: Database, ids: readonly string[]): Promise<readonly Job[]> {
  const jobs: Job[] = [];
  for (const id of [...new Set(ids)].sort()) {
    const locked = await lockJob(tx, id);
    if (locked !== null) jobs.push(locked.job);
  }
  return jobs;
}
