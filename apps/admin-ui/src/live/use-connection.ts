import { useSyncExternalStore } from 'react';
import { useApi } from '../api/api.ts';
import { formatTime } from '../components/time/format-time.ts';
import type { ConnectionState, Gap } from './connection.ts';

/** The state of the live stream, and the last gap in it that was not dismissed. */
export function useConnection(): { state: ConnectionState; gap: Gap | null } {
  const { connection } = useApi();
  return {
    state: useSyncExternalStore(connection.subscribe, connection.state),
    gap: useSyncExternalStore(connection.subscribe, connection.gap),
  };
}

/**
 * Why nothing can be changed now, as a sentence; null while the server answers or that is not
 * known. A button that changes the farm stays in its place and says this.
 */
export function useServerAway(): string | null {
  const { state } = useConnection();
  return state.kind === 'offline'
    ? `No answer from the server since ${formatTime(state.since)}.`
    : null;
}
