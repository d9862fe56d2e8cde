import type { WireJob } from '@renderdeck/contract';
import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../../api/api.ts';

const MOST = 5;
const LOOK_AT = 100;
const REFETCH_MS = 15_000;
const NONE: readonly WireJob[] = [];

/** The latest stopped jobs among those that a host ended last, the newest first. */
export function useStopsOnHost(host: string): readonly WireJob[] {
  const { trpc } = useApi();
  const { data } = useQuery(
    trpc.listJobs.queryOptions(
      { host, show: 'all', limit: LOOK_AT },
      { refetchInterval: REFETCH_MS },
    ),
  );
  return data?.jobs.filter(({ receipt }) => receipt !== null).slice(0, MOST) ?? NONE;
}
