import { formatTime } from '../components/time/format-time.ts';
import { useConnection } from './use-connection.ts';

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
