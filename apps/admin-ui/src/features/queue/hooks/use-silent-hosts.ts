import { useMemo } from 'react';
import { useHosts } from '../../../api/list-hosts.ts';

/** Names of the silent hosts; the same set until one falls silent or is heard again. */
export function useSilentHosts(): ReadonlySet<string> {
  const names = useHosts()
    .filter(({ state }) => state === 'silent')
    .map(({ name }) => name);
  const key = JSON.stringify(names);
  return useMemo(() => new Set<string>(JSON.parse(key)), [key]);
}
