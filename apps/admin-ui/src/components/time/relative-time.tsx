import { useKnownNow } from '../../live/use-now.ts';
import { formatDateTime, formatRelativeTime, formatTime } from './format-time.ts';

/**
 * "6 min ago", updated each second, with the exact time as its title. It stands still while the
 * page is not live.
 */
export function RelativeTime({ at }: { at: string }) {
  const { now, asOf } = useKnownNow();
  const title =
    asOf === null ? formatDateTime(at) : `${formatDateTime(at)}, as of ${formatTime(asOf)}`;
  return (
    <time dateTime={at} title={title}>
      {formatRelativeTime(at, now)}
    </time>
  );
}
