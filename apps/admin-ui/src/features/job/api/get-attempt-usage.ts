import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../../api/api.ts';

const REFETCH_MS = 10_000;

/** What an attempt used from its start on; read again while it runs. */
export function useAttemptUsage(id: string, attempt: number, running: boolean) {
  const { client, trpc } = useApi();
  return useQuery({
    queryKey: trpc.getAttemptUsage.queryKey({ id, attempt }),
    queryFn: ({ signal }) => client.getAttemptUsage.query({ id, attempt }, { signal }),
    refetchInterval: running ? REFETCH_MS : false,
  });
}
