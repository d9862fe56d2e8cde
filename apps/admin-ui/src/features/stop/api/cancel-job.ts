import { useMutation } from '@tanstack/react-query';
import { useApi } from '../../../api/api.ts';
import { getJobOptions } from '../../../api/get-job.ts';

/** Cancels the job; a refused cancel refetches the job, because the page showed an old state. */
export function useCancelJob(id: string) {
  const api = useApi();
  return useMutation(
    api.trpc.cancelJob.mutationOptions({
      onSuccess: ({ job }) => api.jobs.put([job]),
      onError: () =>
        api.queryClient.invalidateQueries({ queryKey: getJobOptions(api, id).queryKey }),
    }),
  );
}
