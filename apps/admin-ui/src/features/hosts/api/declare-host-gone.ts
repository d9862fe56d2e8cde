import { useMutation } from '@tanstack/react-query';
import { useApi } from '../../../api/api.ts';
import { listHostsOptions } from '../../../api/list-hosts.ts';

/** Declares a host gone; the list of hosts is read again, also after a refusal. */
export function useDeclareHostGone() {
  const api = useApi();
  const { queryClient, trpc } = api;
  return useMutation(
    trpc.declareHostGone.mutationOptions({
      onSettled: () => queryClient.invalidateQueries({ queryKey: listHostsOptions(api).queryKey }),
    }),
  );
}
