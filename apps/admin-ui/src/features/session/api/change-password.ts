import { useMutation } from '@tanstack/react-query';
import { useApi } from '../../../api/api.ts';

/** Changes one's own password. This session stays; the others of the user end. */
export function useChangePassword() {
  const { trpc } = useApi();
  return useMutation(trpc.changePassword.mutationOptions());
}
