import { MOST_MOVED } from '@renderdeck/contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useApi } from '../../../api/api.ts';

const REFETCH_MS = 2_000;

/** How many of the jobs that move are named at first. */
const NEAREST = 5;

/**
 * Where the job would stand with this priority; the last preview stays until the next arrives.
 * `all` names as many of the jobs that move as one answer can hold.
 */
export function usePriorityPreview(
  id: string,
  { priority, all, enabled }: { priority: number; all: boolean; enabled: boolean },
) {
  const { trpc } = useApi();
  return useQuery(
    trpc.previewPriority.queryOptions(
      { id, priority, limit: all ? MOST_MOVED : NEAREST },
      {
        enabled,
        placeholderData: keepPreviousData,
        refetchInterval: REFETCH_MS,
        staleTime: 0,
      },
    ),
  );
}
