import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../../api/api.ts';
import { useConnection } from '../../../live/use-connection.ts';

const REFETCH_MS = 2_000;

/** The receipt of a number; its job also goes to the job store, which follows the live stream. */
export function useReceipt(number: number) {
  const { client, jobs, trpc } = useApi();
  const { state } = useConnection();
  return useQuery({
    queryKey: trpc.getReceipt.queryKey({ number }),
    queryFn: async ({ signal }) => {
      const found = await client.getReceipt.query({ number }, { signal });
      jobs.put([found.job]);
      return found;
    },
    refetchInterval: state.kind === 'live' ? false : REFETCH_MS,
  });
}
