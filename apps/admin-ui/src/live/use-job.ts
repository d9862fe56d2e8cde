import type { WireJob } from '@renderdeck/contract';
import { useCallback, useEffect, useSyncExternalStore } from 'react';
import { useApi } from '../api/api.ts';
import type { JobChange } from './change-feed.ts';

/** The newest known state of one job; the component renders again only when this job changes. */
export function useJob(id: string): WireJob | undefined {
  const { jobs } = useApi();
  const subscribe = useCallback((listener: () => void) => jobs.subscribe(id, listener), [jobs, id]);
  return useSyncExternalStore(subscribe, () => jobs.get(id));
}

/** Calls `listener` with every job change of the live stream. */
export function useJobChanges(listener: (change: JobChange) => void): void {
  const { changes } = useApi();
  useEffect(() => changes.subscribe(listener), [changes, listener]);
}
