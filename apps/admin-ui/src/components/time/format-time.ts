const TIME = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hour12: false,
});
const DAY = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  hour12: false,
});
const DATE = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const WHOLE_DATE = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
});
const NUMBER = new Intl.NumberFormat('en');

/** "02:14:07" in the local time zone. */
export function formatTime(at: string | number): string {
  return TIME.format(new Date(at));
}

/** The time zone of every time on the page, such as "Europe/Berlin". */
export const TIME_ZONE = TIME.resolvedOptions().timeZone;

/** "26 Nov 2026" in the local time zone. */
export function formatDate(at: string | number): string {
  return WHOLE_DATE.format(new Date(at));
}

/** "26 Nov 02:14:07" in the local time zone. */
export function formatDayTime(at: string): string {
  return `${DATE.format(new Date(at))} ${formatTime(at)}`;
}

/** "26 Nov" in the local time zone. */
export function formatDay(at: string): string {
  return DATE.format(new Date(at));
}

/** "12 s ago", "6 min ago", "3 h ago", then "24 Nov 02:14". */
export function formatRelativeTime(at: string, nowMs: number): string {
  const seconds = Math.max(0, Math.floor((nowMs - Date.parse(at)) / 1000));
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h ago`;
  return DAY.format(new Date(at)).replace(',', '');
}

/** "2026-11-25 02:14:07.412 +01:00", for titles. */
export function formatDateTime(at: string): string {
  const date = new Date(at);
  const offset = -date.getTimezoneOffset();
  const local = new Date(date.getTime() + offset * 60_000)
    .toISOString()
    .slice(0, -1)
    .replace('T', ' ');
  const sign = offset < 0 ? '-' : '+';
  const hours = two(Math.floor(Math.abs(offset) / 60));
  return `${local} ${sign}${hours}:${two(Math.abs(offset) % 60)}`;
}

/** "48 s", "6 min 04 s", "2 h 05 min". */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${two(seconds % 60)} s`;
  return `${Math.floor(seconds / 3_600)} h ${two(Math.floor((seconds % 3_600) / 60))} min`;
}

/** "0.4 s", the precision of a receipt; under 50 ms in "ms" instead of "0.0 s". */
export function formatShortDuration(ms: number): string {
  if (ms < 50) return `${Math.max(0, Math.round(ms))} ms`;
  return ms < 60_000 ? `${(ms / 1000).toFixed(1)} s` : formatDuration(ms);
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

/** "100,000". */
export function formatNumber(value: number): string {
  return NUMBER.format(value);
}

/** "1 job", "3 jobs". */
export function formatCount(value: number, one: string, many = `${one}s`): string {
  return `${formatNumber(value)} ${value === 1 ? one : many}`;
}
