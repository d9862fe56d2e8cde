/*
 * nexrender-server lists all its jobs with all their fields, and its users ask for this list every
 * few seconds. Here one answer holds at most MOST_JOBS jobs and MOST_CHARACTERS of submitted text.
 * The jobs are one page, so they are all read at one moment. Submitted text never changes, so it is
 * read once and kept in memory.
 */
import { type GetJobOutput, MOST_JOBS_ON_A_PAGE } from '@renderdeck/contract';
import type { AdminCaller } from '@renderdeck/contract/router';
import { type NexrenderServerJob, showJob } from './show-job.ts';

export const MOST_JOBS = MOST_JOBS_ON_A_PAGE;
const MOST_CHARACTERS = 32 * 1024 * 1024;
const AT_ONCE = 8;

type Order = { readonly nexrenderJob: GetJobOutput['nexrenderJob']; readonly size: number };
export type JobList = { readonly jobs: NexrenderServerJob[]; readonly cut: boolean };

/**
 * Lists jobs with all fields, oldest first, as nexrender-server does. `cut` says that there are
 * more jobs. The jobs that ended first are left out first, then the last jobs of the queue.
 */
export function wholeJobs(
  mostCharacters = MOST_CHARACTERS,
): (caller: AdminCaller) => Promise<JobList> {
  const orders = new Map<string, Order>();
  let remembered = 0;

  function remember(id: string, nexrenderJob: Order['nexrenderJob']): Order {
    const order = { nexrenderJob, size: JSON.stringify(nexrenderJob).length };
    if (orders.size >= 2 * MOST_JOBS || remembered + order.size > mostCharacters) {
      orders.clear();
      remembered = 0;
    }
    orders.set(id, order);
    remembered += order.size;
    return order;
  }

  return async (caller) => {
    const page = await caller.listJobs({ limit: MOST_JOBS });
    const jobs: NexrenderServerJob[] = [];
    let characters = 0;
    let cut = page.nextCursor !== null;
    const waiting = page.jobs.values();
    const lane = async () => {
      for (const job of waiting) {
        const { nexrenderJob, size } =
          orders.get(job.id) ??
          remember(job.id, (await caller.getJob({ id: job.id })).nexrenderJob);
        characters += size;
        if (characters > mostCharacters) {
          cut = true;
          return;
        }
        jobs.push(showJob({ job, nexrenderJob }));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
    return { jobs: jobs.toSorted((a, b) => (a.createdAt < b.createdAt ? -1 : 1)), cut };
  };
}
