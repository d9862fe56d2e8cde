/*
 * nexrender-server lists all its jobs with all their fields, and its users ask for this list every
 * few seconds. Here one answer holds at most MOST_JOBS jobs and MOST_CHARACTERS of submitted text.
 * The jobs are one page, so they are all read at one moment. Their details change only when they
 * put something out, end or run again, so they are kept in memory.
 */
import { MOST_JOBS_ON_A_PAGE, type WireJob } from '@renderdeck/contract';
import type { AdminCaller } from '@renderdeck/contract/router';
import { type Details, type NexrenderServerJob, showJob } from './show-job.ts';

export const MOST_JOBS = MOST_JOBS_ON_A_PAGE;
const MOST_CHARACTERS = 32 * 1024 * 1024;
const AT_ONCE = 8;

type Order = { readonly version: number; readonly details: Details; readonly size: number };
export type JobList = { readonly jobs: NexrenderServerJob[]; readonly cut: boolean };

/**
 * Lists jobs with all fields, oldest first, as nexrender-server does. A job whose uid another job
 * has taken over is left out. `cut` says that there are more jobs. The jobs that ended first are
 * left out first, then the last jobs of the queue.
 */
export function wholeJobs(
  mostCharacters = MOST_CHARACTERS,
): (caller: AdminCaller) => Promise<JobList> {
  const orders = new Map<string, Order>();
  let remembered = 0;

  function remember(id: string, version: number, details: Details): Order {
    const order = { version, details, size: JSON.stringify(details.nexrenderJob).length };
    if (orders.size >= 2 * MOST_JOBS || remembered + order.size > mostCharacters) {
      orders.clear();
      remembered = 0;
    }
    remembered += order.size - (orders.get(id)?.size ?? 0);
    orders.set(id, order);
    return order;
  }

  async function read(caller: AdminCaller, listed: WireJob): Promise<Order> {
    const { id, version, output, endedAt } = listed;
    const known = orders.get(id);
    const hasNoOutput = output === 'none' && endedAt === null;
    if (known !== undefined && (known.version === version || hasNoOutput)) return known;
    const { job, nexrenderJob, published, uid } = await caller.getJob({ id });
    return remember(id, job.version, { nexrenderJob, published, uid });
  }

  return async (caller) => {
    const page = await caller.listJobs({ limit: MOST_JOBS });
    const jobs: NexrenderServerJob[] = [];
    let characters = 0;
    let cut = page.nextCursor !== null;
    const waiting = page.jobs.values();
    const lane = async () => {
      for (const job of waiting) {
        const { details, size } = await read(caller, job);
        characters += size;
        if (characters > mostCharacters) {
          cut = true;
          return;
        }
        if (details.uid !== null) jobs.push(showJob({ job, ...details }));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
    return { jobs: jobs.toSorted((a, b) => (a.createdAt < b.createdAt ? -1 : 1)), cut };
  };
}
