import { useEffect } from 'react';
import { useApi } from '../api/api.ts';
import type { JobChange } from './change-feed.ts';

/** Calls `listener` with every job change of the live stream. */
export function useJobChanges(listener: (change: JobChange) => void): void {
  const { changes } = useApi();
  useEffect(() => changes.subscribe(listener), [changes, listener]);
}
