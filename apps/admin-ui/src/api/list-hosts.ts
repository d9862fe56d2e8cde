import type { WireHost } from '@renderdeck/contract';
import { useQuery } from '@tanstack/react-query';
import { type Api, useApi } from './api.ts';

const NO_HOSTS: readonly WireHost[] = [];

/** The live stream updates this query; the interval covers the time while the stream is down. */
export function listHostsOptions({ trpc }: Pick<Api, 'trpc'>) {
  return trpc.listHosts.queryOptions(undefined, { refetchInterval: 15_000 });
}

/** All render hosts, in the order of their names; empty until the first answer. */
export function useHosts(): readonly WireHost[] {
  return useQuery(listHostsOptions(useApi())).data?.hosts ?? NO_HOSTS;
}
