import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../../api/api.ts';
import { useMe } from '../../../api/me.ts';

/** The last reasons of this user's stops; none while they are not loaded. */
export function useReasons(): readonly string[] {
  const { trpc } = useApi();
  const { can } = useMe();
  const read = useQuery(trpc.listReasons.queryOptions(undefined, { enabled: can.stop }));
  return read.data?.reasons ?? [];
}
