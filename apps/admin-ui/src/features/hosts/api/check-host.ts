import { useMutation } from '@tanstack/react-query';
import { useApi } from '../../../api/api.ts';
import { listHostsOptions } from '../../../api/list-hosts.ts';

/** Asks a host to check itself; the list of hosts is read again, also after a refusal. */
export function useCheckHost() {
  const api = useApi();
  const { queryClient, trpc } = api;
  return useMutation(
    trpc.checkHost.mutationOptions({
      onSettled: () => queryClient.invalidateQueries({ queryKey: listHostsOptions(api).queryKey }),
    }),
  );
}
