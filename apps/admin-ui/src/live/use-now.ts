import { useCallback, useSyncExternalStore } from 'react';
import { useApi } from '../api/api.ts';
import { useConnection } from './use-connection.ts';

/** The server's time at the last one-second tick; pass false to stop the updates. */
export function useNow(ticking = true): number {
  const { clock } = useApi();
  const subscribe = useCallback(
    (listener: () => void) => (ticking ? clock.subscribe(listener) : () => {}),
    [clock, ticking],
  );
  return useSyncExternalStore(subscribe, clock.tick);
}

type KnownNow = {
  readonly now: number;
  /** When the page was last live; its contents are of that time. Null while it is live. */
  readonly asOf: number | null;
};

/**
 * The server's time for times that run, such as how long a job renders. While the page is not live
 * it stays at the last moment that is known: the job may have ended since.
 */
export function useKnownNow(ticking = true): KnownNow {
  const { state } = useConnection();
  const isKnown = state.kind !== 'notLive' && state.kind !== 'offline';
  const now = useNow(ticking && isKnown);
  return isKnown ? { now, asOf: null } : { now: Math.min(now, state.since), asOf: state.since };
}
