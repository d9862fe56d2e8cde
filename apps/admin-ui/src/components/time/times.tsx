import { formatTimeLeft } from '@renderdeck/contract';
import { useKnownNow } from '../../live/use-now.ts';
import { NoValue } from '../name.tsx';
import {
  formatDateTime,
  formatDayTime,
  formatDuration,
  formatRelativeTime,
  formatTime,
} from './format-time.ts';

/** "26 Nov 02:14:07", with year and zone as its title. */
export function DayTime({ at }: { at: string }) {
  return (
    <time dateTime={at} title={formatDateTime(at)}>
      {formatDayTime(at)}
    </time>
  );
}

/** "02:14:07", with date and zone as its title. */
export function ExactTime({ at }: { at: string }) {
  return (
    <time dateTime={at} title={formatDateTime(at)}>
      {formatTime(at)}
    </time>
  );
}

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

/** "≈ 6 min", in the steps of the server; it never counts down by itself. */
export function TimeLeft({ ms }: { ms: number | null }) {
  return ms === null ? <NoValue /> : formatTimeLeft(ms);
}
