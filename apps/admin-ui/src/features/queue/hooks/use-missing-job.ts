import { isFinal } from '@renderdeck/contract';
import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../../api/api.ts';
import { indexOf, PAGE_ROWS } from '../api/job-order.ts';
import { isFiltered, type QueueFilter } from '../api/queue-search.ts';
import type { VisibleJobs } from './use-visible-jobs.ts';

/**
 * Finds the job that has focus when a new order moves it off the loaded pages. While it is sought
 * the old order stays, so that the new one can come with the job still at its height on screen.
 * `index` is its new place; null where it is not sought, and where its place cannot be known.
 */
export function useMissingJob(
  id: string | null,
  filter: QueueFilter,
  { order, counts, updatedAt }: VisibleJobs['list'],
): { index: number | null; isSought: boolean } {
  const { client, jobs } = useApi();
  const job = id === null ? undefined : jobs.get(id);
  const isMissing =
    id !== null && job !== undefined && !isFinal(job.status) && indexOf(order, id) < 0;
  const isKnowable = filter.show !== 'ended' && filter.open === undefined && !isFiltered(filter);
  const enabled = isMissing && isKnowable && order.count > 0;
  const { data, isPending } = useQuery({
    queryKey: ['place of job', id, updatedAt],
    enabled,
    gcTime: 0,
    queryFn: async ({ signal }) => {
      const found = await client.getJob.query({ id: id ?? '' }, { signal });
      return { position: found.job.position };
    },
  });
  if (!enabled) return { index: null, isSought: false };
  if (isPending) return { index: null, isSought: true };
  if (data === undefined) return { index: null, isSought: false };
  const running = (counts?.rendering ?? 0) + (counts?.cancelling ?? 0);
  const index = data.position === null ? 0 : running + data.position - 1;
  return { index, isSought: !order.pages.has(Math.floor(index / PAGE_ROWS)) };
}
