import type { WireJob } from '@renderdeck/contract';
import { useCallback, useEffect, useSyncExternalStore } from 'react';
import { useApi } from './api.ts';
import type { SeenChange } from './change-feed.ts';
import type { ConnectionState, Gap } from './connection.ts';

/** The job as the page knows it now; draws anew only when this very job changes. */
export function useJob(id: string): WireJob | undefined {
  const { jobs } = useApi();
  const subscribe = useCallback((listener: () => void) => jobs.subscribe(id, listener), [jobs, id]);
  return useSyncExternalStore(subscribe, () => jobs.get(id));
}

/** The server's time of the last tick; with `ticking` false it stands still and costs nothing. */
export function useNow(ticking = true): number {
  const { clock } = useApi();
  const subscribe = useCallback(
    (listener: () => void) => (ticking ? clock.subscribe(listener) : () => {}),
    [clock, ticking],
  );
  return useSyncExternalStore(subscribe, clock.tick);
}

export function useConnection(): { state: ConnectionState; gap: Gap | null } {
  const { connection } = useApi();
  return {
    state: useSyncExternalStore(connection.subscribe, connection.state),
    gap: useSyncExternalStore(connection.subscribe, connection.gap),
  };
}

/** Calls `listener` with every change of the live stream. */
export function useChanges(listener: (seen: SeenChange) => void): void {
  const { changes } = useApi();
  useEffect(() => changes.subscribe(listener), [changes, listener]);
}
