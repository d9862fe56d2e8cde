import { useMutation, useQuery } from '@tanstack/react-query';
import { type Api, useApi } from '../../../api/api.ts';

const REFETCH_MS = 15_000;

/** The users, tokens and open sessions of the farm. */
export function useAccess() {
  const { trpc } = useApi();
  const options = { refetchInterval: REFETCH_MS };
  return {
    users: useQuery(trpc.listUsers.queryOptions(undefined, options)),
    tokens: useQuery(trpc.listTokens.queryOptions(undefined, options)),
    sessions: useQuery(trpc.listSessions.queryOptions(undefined, options)),
  };
}

/**
 * Reads the lists again after a change, also after a refusal, because somebody else changed
 * something.
 */
function rereads({ queryClient, trpc }: Api) {
  const keys = [
    trpc.listUsers.queryKey(),
    trpc.listTokens.queryKey(),
    trpc.listSessions.queryKey(),
  ];
  return {
    onSettled: async () => {
      await Promise.all(keys.map((queryKey) => queryClient.invalidateQueries({ queryKey })));
    },
  };
}

export function useCreateUser() {
  const api = useApi();
  return useMutation(api.trpc.createUser.mutationOptions(rereads(api)));
}

export function useUpdateUser() {
  const api = useApi();
  return useMutation(api.trpc.updateUser.mutationOptions(rereads(api)));
}

/** Only this answer contains the secret. */
export function useCreateToken() {
  const api = useApi();
  return useMutation(api.trpc.createToken.mutationOptions(rereads(api)));
}

export function useRevokeToken() {
  const api = useApi();
  return useMutation(api.trpc.revokeToken.mutationOptions(rereads(api)));
}

export function useRevokeSession() {
  const api = useApi();
  return useMutation(api.trpc.revokeSession.mutationOptions(rereads(api)));
}
