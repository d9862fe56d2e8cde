import { isRunning, type ListJobsInput, type WireHost } from '@renderdeck/contract';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useApi } from './api.ts';
import { useConnection } from './use-live.ts';

const PAGE = 200;
const NO_HOSTS: readonly WireHost[] = [];

/** The list of jobs in the server's order, page by page; each job of it goes to the store, where rows read it. */
export function useJobList(show: ListJobsInput['show']) {
  const { client, jobs, trpc } = useApi();
  return useInfiniteQuery({
    queryKey: trpc.listJobs.infiniteQueryKey({ show, limit: PAGE }),
    queryFn: async ({ pageParam, signal }) => {
      const page = await client.listJobs.query(
        { show, limit: PAGE, ...(pageParam === null ? {} : { cursor: pageParam }) },
        { signal },
      );
      jobs.put(page.jobs);
      return {
        ids: page.jobs.map(({ id }) => id),
        nextCursor: page.nextCursor,
        counts: page.counts,
      };
    },
    initialPageParam: firstPage(),
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
}

function firstPage(): string | null {
  return null;
}

/** What the farm knows of one job, asked anew with each change of it, and by the clock while the stream is not live. */
export function useJobDetails(id: string) {
  const { client, jobs, trpc } = useApi();
  const { state } = useConnection();
  return useQuery({
    queryKey: trpc.getJob.queryKey({ id }),
    queryFn: async ({ signal }) => {
      const details = await client.getJob.query({ id }, { signal });
      jobs.put([details.job]);
      return details;
    },
    staleTime: 0,
    // Progress and usage change no version: a running job is asked for by the clock.
    refetchInterval: ({ state: { data } }) =>
      state.kind !== 'live' || (data !== undefined && isRunning(data.job.status)) ? 2_000 : false,
  });
}

export function useHosts(): readonly WireHost[] {
  const { trpc } = useApi();
  return (
    useQuery(trpc.listHosts.queryOptions(undefined, { refetchInterval: 15_000 })).data?.hosts ??
    NO_HOSTS
  );
}
