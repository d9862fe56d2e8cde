import { isRunning } from '@renderdeck/contract';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useConnection } from '../live/use-connection.ts';
import { type Api, useApi } from './api.ts';

const REFETCH_MS = 2_000;

/** A job, and everything that its page shows about it. */
export type JobDetails = Awaited<ReturnType<Api['client']['getJob']['query']>>;

/** A job with its attempts; the job itself also goes to the job store. */
export function getJobOptions({ client, jobs, trpc }: Api, id: string) {
  return queryOptions({
    queryKey: trpc.getJob.queryKey({ id }),
    queryFn: async ({ signal }) => {
      const details = await client.getJob.query({ id }, { signal });
      jobs.put([details.job]);
      return details;
    },
    staleTime: 0,
  });
}

/** The query of one job: refetched after each change of it, and every 2 s while it runs. */
export function useJobDetails(id: string) {
  const api = useApi();
  const { state } = useConnection();
  return useQuery({
    ...getJobOptions(api, id),
    // Progress and usage do not change the job's version, so no change event announces them.
    refetchInterval: ({ state: { data } }) =>
      state.kind !== 'live' || (data !== undefined && isRunning(data.job.status))
        ? REFETCH_MS
        : false,
  });
}
