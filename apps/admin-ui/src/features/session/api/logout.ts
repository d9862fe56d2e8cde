import { useMutation } from '@tanstack/react-query';
import { useApi } from '../../../api/api.ts';

/** Signs out; `leavePage` runs before the cached data is cleared, so that no page refetches it. */
export function useLogout(leavePage: () => Promise<void>) {
  const { trpc, queryClient, jobs } = useApi();
  return useMutation(
    trpc.logout.mutationOptions({
      onSuccess: async () => {
        await leavePage();
        queryClient.clear();
        jobs.clear();
      },
    }),
  );
}
