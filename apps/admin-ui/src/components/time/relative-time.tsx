import { useNow } from '../../live/use-now.ts';
import { formatDateTime, formatRelativeTime } from './format-time.ts';

/** "6 min ago", updated each second, with the exact time as its title. */
export function RelativeTime({ at }: { at: string }) {
  const now = useNow();
  return (
    <time dateTime={at} title={formatDateTime(at)}>
      {formatRelativeTime(at, now)}
    </time>
  );
}
