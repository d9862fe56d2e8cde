import { useKnownNow } from '../../live/use-now.ts';
import { formatDuration, formatTime } from './format-time.ts';

type Props = { from: string; until?: string | null };

/**
 * The time from `from` to `until`; without `until` it counts to now, each second, and stands still
 * while the page is not live.
 */
export function ElapsedTime({ from, until = null }: Props) {
  const { now, asOf } = useKnownNow(until === null);
  const end = until === null ? now : Date.parse(until);
  const text = formatDuration(Math.max(0, end - Date.parse(from)));
  if (asOf === null || until !== null) return <>{text}</>;
  return <span title={`as of ${formatTime(asOf)}`}>{text}</span>;
}
