import type { AdminCaller } from '@renderdeck/contract/router';
import { type NexrenderServerJob, showJob } from './show-job.ts';

/** nexrender-server gives every job it has; here one answer holds at most so many. */
export const MOST_JOBS = 1000;
const PAGE = 500;
const AT_ONCE = 8;

/**
 * Whole jobs, oldest first as nexrender-server gives them. Over MOST_JOBS the ones left out are those that ended longest ago (then, what waits last), and `cut` says
 * so.
 */
export async function listWhole(caller: AdminCaller): Promise<{ jobs: NexrenderServerJob[]; cut: boolean }> {
  const ids = new Set<string>();
  let cursor: string | undefined;
  do {
    const page = await caller.listJobs({ limit: PAGE, cursor });
    for (const { id } of page.jobs) ids.add(id);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined && ids.size < MOST_JOBS);

  const jobs: NexrenderServerJob[] = [];
  const waiting = ids.values();
  const lane = async () => {
    for (const id of waiting) jobs.push(showJob(await caller.getJob({ id })));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return { jobs: jobs.toSorted((a, b) => (a.createdAt < b.createdAt ? -1 : 1)), cut: cursor !== undefined };
}
