import { useMutation } from '@tanstack/react-query';
import { useApi } from '../../../api/api.ts';
import { listHostsOptions } from '../../../api/list-hosts.ts';

/** Hands the name of a host over; the list of hosts is read again, also after a refusal. */
export function useReleaseHost() {
  const api = useApi();
  const { queryClient, trpc } = api;
  return useMutation(
    trpc.releaseHost.mutationOptions({
      onSettled: () => queryClient.invalidateQueries({ queryKey: listHostsOptions(api).queryKey }),
    }),
  );
}
