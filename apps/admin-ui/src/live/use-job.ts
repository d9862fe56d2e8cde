import type { WireJob } from '@renderdeck/contract';
import { useCallback, useSyncExternalStore } from 'react';
import { useApi } from '../api/api.ts';

/** The newest known state of one job; the component renders again only when this job changes. */
export function useJob(id: string): WireJob | undefined {
  const { jobs } = useApi();
  const subscribe = useCallback((listener: () => void) => jobs.subscribe(id, listener), [jobs, id]);
  return useSyncExternalStore(subscribe, () => jobs.get(id));
}
