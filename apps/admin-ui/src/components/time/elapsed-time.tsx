import { useNow } from '../../live/use-now.ts';
import { formatDuration } from './format-time.ts';

type Props = { from: string; until?: string | null };

/** The time from `from` to `until`; without `until` it counts to now, each second. */
export function ElapsedTime({ from, until = null }: Props) {
  const now = useNow(until === null);
  return <>{formatDuration((until === null ? now : Date.parse(until)) - Date.parse(from))}</>;
}
