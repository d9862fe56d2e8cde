import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useApi } from '../../../api/api.ts';

const REFETCH_MS = 5_000;

/** The position of a new job with this priority; the last answer stays until the next arrives. */
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
