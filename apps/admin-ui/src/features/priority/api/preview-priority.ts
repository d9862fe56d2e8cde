import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useApi } from '../../../api/api.ts';

const REFETCH_MS = 2_000;

/** Where the job would stand with this priority; the last preview stays until the next arrives. */
export function usePriorityPreview(id: string, priority: number, enabled: boolean) {
  const { trpc } = useApi();
  return useQuery(
    trpc.previewPriority.queryOptions(
      { id, priority },
      {
        enabled,
        placeholderData: keepPreviousData,
        refetchInterval: REFETCH_MS,
        staleTime: 0,
      },
    ),
  );
}
