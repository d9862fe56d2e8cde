import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { useApi } from '../../../api/api.ts';

const REFRESH_EVERY_MS = 5000;

/** All webhooks, with their counts. */
export function useWebhooks() {
  const { trpc } = useApi();
  return useQuery(trpc.listWebhooks.queryOptions(undefined, { refetchInterval: REFRESH_EVERY_MS }));
}

/** Messages, newest first, of one state or of all. */
export function useDeliveries(state: 'waiting' | 'delivered' | 'givenUp' | undefined) {
  const { trpc } = useApi();
  return useInfiniteQuery(
    trpc.listDeliveries.infiniteQueryOptions(
      { state, limit: 25 },
      {
        refetchInterval: REFRESH_EVERY_MS,
        getNextPageParam: ({ nextCursor }) => nextCursor,
      },
    ),
  );
}

/** The changes of webhooks. Both lists are read again after each one, also after a refusal. */
export function useWebhookChanges() {
  const { trpc, queryClient } = useApi();
  const onSettled = async () => {
    await queryClient.invalidateQueries({ queryKey: trpc.listWebhooks.pathKey() });
    await queryClient.invalidateQueries({ queryKey: trpc.listDeliveries.pathKey() });
  };
  return {
    create: useMutation(trpc.createWebhook.mutationOptions({ onSettled })),
    update: useMutation(trpc.updateWebhook.mutationOptions({ onSettled })),
    remove: useMutation(trpc.deleteWebhook.mutationOptions({ onSettled })),
    test: useMutation(trpc.testWebhook.mutationOptions({ onSettled })),
    redeliver: useMutation(trpc.redeliver.mutationOptions({ onSettled })),
  };
}
