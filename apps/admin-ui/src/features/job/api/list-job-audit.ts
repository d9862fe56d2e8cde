import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useApi } from '../../../api/api.ts';

const MOST = 500;
/** A refusal changes no job, so no change event announces it. */
const REFETCH_MS = 4_000;

/** The newest audit lines about one job; only asked for users who may read all of them. */
export function useJobAudit(id: string, version: number, enabled: boolean) {
  const { client } = useApi();
  return useQuery({
    queryKey: ['job audit', id, version],
    enabled,
    refetchInterval: REFETCH_MS,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => client.listAudit.query({ jobId: id, limit: MOST }, { signal }),
  });
}
