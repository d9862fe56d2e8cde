import { useSyncExternalStore } from 'react';
import { useApi } from '../api/api.ts';
import type { ConnectionState, Gap } from './connection.ts';

/** The state of the live stream, and the last gap in it that was not dismissed. */
export function useConnection(): { state: ConnectionState; gap: Gap | null } {
  const { connection } = useApi();
  return {
    state: useSyncExternalStore(connection.subscribe, connection.state),
    gap: useSyncExternalStore(connection.subscribe, connection.gap),
  };
}
