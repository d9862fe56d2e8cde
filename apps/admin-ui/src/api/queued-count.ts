import { useQuery } from '@tanstack/react-query';
import { useApi } from './api.ts';

/** How many jobs wait, and when that was answered; undefined until it is known. */
export function useQueuedCount(): { readonly queued: number | undefined; readonly at: number } {
  const { trpc } = useApi();
  const { data, dataUpdatedAt } = useQuery(
    trpc.listJobs.queryOptions({ show: 'active', limit: 1 }),
  );
  return { queued: data?.counts.queued, at: dataUpdatedAt };
}
