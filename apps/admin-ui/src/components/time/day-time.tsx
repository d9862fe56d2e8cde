import { formatDateTime, formatDayTime } from './format-time.ts';

/** "26 Nov 02:14:07", with year and zone as its title. */
export function DayTime({ at }: { at: string }) {
  return (
    <time dateTime={at} title={formatDateTime(at)}>
      {formatDayTime(at)}
    </time>
  );
}
