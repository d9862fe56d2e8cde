/*
 * nexrender-server gives all its jobs, whole, and its users ask for that every few seconds. Here
 * one answer holds at most MOST_JOBS jobs and MOST_CHARACTERS of submitted text. Submitted text
 * never changes, so it is read once and kept in memory. A running job is read again each time.
 */
import { type GetJobOutput, isRunning, type WireJob } from '@renderdeck/contract';
import type { AdminCaller } from '@renderdeck/contract/router';
import { type NexrenderServerJob, showJob } from './show-job.ts';

export const MOST_JOBS = 1000;
const MOST_CHARACTERS = 32 * 1024 * 1024;
const PAGE = 500;
const AT_ONCE = 8;

type Order = { readonly nexrenderJob: GetJobOutput['nexrenderJob']; readonly size: number };
export type JobList = { readonly jobs: NexrenderServerJob[]; readonly cut: boolean };

/**
 * Lists whole jobs, oldest first, as nexrender-server does. `cut` says that there are more: the
 * jobs that ended first are left out first, then the last ones of the queue.
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
    const found = new Map<string, WireJob>();
    let cursor: string | undefined;
    do {
      const page = await caller.listJobs({ limit: PAGE, cursor });
      for (const job of page.jobs) found.set(job.id, job);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined && found.size < MOST_JOBS);

    const jobs: NexrenderServerJob[] = [];
    let characters = 0;
    let cut = cursor !== undefined;
    const waiting = found.values();
    const lane = async () => {
      for (const job of waiting) {
        const known = orders.get(job.id);
        const read =
          known === undefined || isRunning(job.status) ? await caller.getJob({ id: job.id }) : null;
        const { nexrenderJob, size } = known ?? remember(job.id, read?.nexrenderJob ?? null);
        characters += size;
        if (characters > mostCharacters) {
          cut = true;
          return;
        }
        jobs.push(showJob(read ?? { job, attempts: [], nexrenderJob }));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
    return { jobs: jobs.toSorted((a, b) => (a.createdAt < b.createdAt ? -1 : 1)), cut };
  };
}
