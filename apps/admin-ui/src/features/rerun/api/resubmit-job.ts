import { useMutation } from '@tanstack/react-query';
import { useApi } from '../../../api/api.ts';

/** Queues the same order again; the new job goes to the job store. */
export function useResubmitJob() {
  const api = useApi();
  return useMutation(
    api.trpc.resubmitJob.mutationOptions({ onSuccess: ({ job }) => api.jobs.put([job]) }),
  );
}
