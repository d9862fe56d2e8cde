import { useNow } from '../../api/use-live.ts';
import { duration, exactTime, fullTime, relativeTime } from './format-time.ts';

/** "6 min ago", ticking, with the exact time as its title. */
export function Ago({ at }: { at: string }) {
  const now = useNow();
  return (
    <time dateTime={at} title={fullTime(at)}>
      {relativeTime(at, now)}
    </time>
  );
}

/** "02:14:07", with date and zone as its title. */
export function At({ at }: { at: string }) {
  return (
    <time dateTime={at} title={fullTime(at)}>
      {exactTime(at)}
    </time>
  );
}

/** Time since `from`: to `until`, or to now and ticking. */
export function Since({ from, until = null }: { from: string; until?: string | null }) {
  const now = useNow(until === null);
  return <>{duration((until === null ? now : Date.parse(until)) - Date.parse(from))}</>;
}
