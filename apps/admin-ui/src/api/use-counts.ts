import type { ListJobsOutput, WireTimeRange } from '@renderdeck/contract';
import { useQuery } from '@tanstack/react-query';
import { useRouterState } from '@tanstack/react-router';
import { type Api, useApi } from './api.ts';

type Answer = Awaited<ReturnType<Api['client']['listJobs']['query']>>;

/** The shortest list, asked for its counts where the page shows no list of jobs. */
function countsOptions({ trpc }: Pick<Api, 'trpc'>) {
  return trpc.listJobs.queryOptions({ show: 'active', limit: 1 });
}

/**
 * Gives the counts of an answer to the tabs, the navigation and the footer, so that they and the
 * rows of that answer are of one moment. An answer that was overtaken changes nothing.
 */
export function shareCounts(api: Pick<Api, 'trpc' | 'queryClient'>, answer: Answer): void {
  api.queryClient.setQueryData(countsOptions(api).queryKey, (known) =>
    known !== undefined && known.at > answer.at ? known : answer,
  );
}

/** The counts of the whole farm; undefined until they are known. */
export function useCounts(): ListJobsOutput['counts'] | undefined {
  const isList = useRouterState({ select: ({ location }) => location.pathname === '/queue' });
  return useQuery({ ...countsOptions(useApi()), enabled: !isList }).data?.counts;
}

/** When no job waits any more; null: not known, or now; undefined until the server says it. */
export function useQueueEnd(): WireTimeRange | null | undefined {
  return useQuery(countsOptions(useApi())).data?.queue?.emptyAt;
}

/** How many jobs wait, and the time of that answer; undefined until it is known. */
export function useQueuedCount(): { readonly queued: number | undefined; readonly at: number } {
  const { data, dataUpdatedAt } = useQuery(countsOptions(useApi()));
  return { queued: data?.counts.queued, at: dataUpdatedAt };
}
