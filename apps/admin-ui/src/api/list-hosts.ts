import type { WireHost, WireJob } from '@renderdeck/contract';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { type Api, useApi } from './api.ts';

const NO_HOSTS: readonly WireHost[] = [];

/** The live stream updates this query; the interval covers the time while the stream is down. */
export function listHostsOptions({ trpc }: Pick<Api, 'trpc'>) {
  return trpc.listHosts.queryOptions(undefined, { refetchInterval: 15_000 });
}

/** For a change of a host: the list is read again, also after a refusal. */
export function useHostsReadAgain() {
  const api = useApi();
  return {
    onSettled: () =>
      api.queryClient.invalidateQueries({ queryKey: listHostsOptions(api).queryKey }),
  };
}

const FRESH_MS = 5_000;

/** All render hosts, read so often that a late host is seen, and the time of the answer. */
export function useFreshHosts() {
  const api = useApi();
  const { data, dataUpdatedAt } = useQuery({
    ...listHostsOptions(api),
    refetchInterval: FRESH_MS,
    refetchOnMount: 'always',
  });
  return {
    hosts: data?.hosts ?? NO_HOSTS,
    database: data?.database,
    seenAtMs: dataUpdatedAt + (api.clock.now() - Date.now()),
    isLoaded: data !== undefined,
  };
}

/** All render hosts, in the order of their names; empty until the first answer. */
export function useHosts(): readonly WireHost[] {
  return useQuery(listHostsOptions(useApi())).data?.hosts ?? NO_HOSTS;
}

/** Names of the silent hosts; null until the first answer. */
export type SilentHosts = ReadonlySet<string> | null;

/** The value stays the same object until these names change. */
export function useSilentHosts(): SilentHosts {
  const hosts = useQuery(listHostsOptions(useApi())).data?.hosts;
  const names = hosts?.filter(({ state }) => state === 'silent').map(({ name }) => name);
  const key = names === undefined ? null : JSON.stringify(names);
  return useMemo(() => (key === null ? null : new Set<string>(JSON.parse(key))), [key]);
}

/** Before the hosts are known, the estimate of the job says whether its host is silent. */
export function isOnSilentHost({ host, estimate }: WireJob, silent: SilentHosts): boolean {
  if (silent === null) return estimate?.notKnown === 'hostSilent';
  return host !== null && silent.has(host);
}
