import { useMutation } from '@tanstack/react-query';
import { useApi } from '../../../api/api.ts';

/** Sets a job's priority and keeps the changed job in the job store. */
export function useSetPriority() {
  const { jobs, trpc } = useApi();
  return useMutation(trpc.setPriority.mutationOptions({ onSuccess: ({ job }) => jobs.put([job]) }));
}
