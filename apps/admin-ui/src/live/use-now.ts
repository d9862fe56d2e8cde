import { useCallback, useSyncExternalStore } from 'react';
import { useApi } from '../api/api.ts';

/** The server's time at the last one-second tick; pass false to stop the updates. */
export function useNow(ticking = true): number {
  const { clock } = useApi();
  const subscribe = useCallback(
    (listener: () => void) => (ticking ? clock.subscribe(listener) : () => {}),
    [clock, ticking],
  );
  return useSyncExternalStore(subscribe, clock.tick);
}
