import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useApi } from '../../../api/api.ts';

const REFETCH_MS = 5_000;

/** Where a new job of this priority would stand; the last answer stays until the next arrives. */
export function useSubmitPreview(priority: number | null) {
  const { trpc } = useApi();
  return useQuery(
    trpc.previewSubmit.queryOptions(priority === null ? {} : { priority }, {
      placeholderData: keepPreviousData,
      refetchInterval: REFETCH_MS,
      staleTime: 0,
    }),
  );
}
