import { formatDateTime, formatTime } from './format-time.ts';

/** "02:14:07", with date and zone as its title. */
export function ExactTime({ at }: { at: string }) {
  return (
    <time dateTime={at} title={formatDateTime(at)}>
      {formatTime(at)}
    </time>
  );
}
