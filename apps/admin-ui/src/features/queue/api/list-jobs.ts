import type { ListJobsInput } from '@renderdeck/contract';
import { infiniteQueryOptions, useInfiniteQuery } from '@tanstack/react-query';
import { type Api, useApi } from '../../../api/api.ts';

const PAGE_SIZE = 200;
const FIRST_PAGE: { readonly cursor?: string } = {};

type Filter = Pick<ListJobsInput, 'show' | 'open'>;

/** The list holds ids only, in the server's order; the jobs go to the job store. */
function listJobsOptions({ client, jobs, trpc }: Api, filter: Filter) {
  return infiniteQueryOptions({
    queryKey: trpc.listJobs.infiniteQueryKey({ ...filter, limit: PAGE_SIZE }),
    queryFn: async ({ pageParam, signal }) => {
      const page = await client.listJobs.query(
        { ...filter, limit: PAGE_SIZE, ...pageParam },
        { signal },
      );
      jobs.put(page.jobs);
      return {
        ids: page.jobs.map(({ id }) => id),
        nextCursor: page.nextCursor,
        counts: page.counts,
      };
    },
    initialPageParam: FIRST_PAGE,
    getNextPageParam: ({ nextCursor }) => (nextCursor === null ? null : { cursor: nextCursor }),
  });
}

/** The ids of the shown jobs, page by page. */
export function useJobList(filter: Filter) {
  return useInfiniteQuery(listJobsOptions(useApi(), filter));
}
