import { useMutation } from '@tanstack/react-query';
import { useApi } from '../../../api/api.ts';

/** Signs in; the server sets the session cookie. */
export function useLogin(callbacks: { onSuccess: () => void; onError: () => void }) {
  const { trpc } = useApi();
  return useMutation(trpc.login.mutationOptions(callbacks));
}
