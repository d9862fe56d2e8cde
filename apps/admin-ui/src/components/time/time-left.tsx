import { NoValue } from '../no-value.tsx';
import { formatDuration } from './format-time.ts';

const TWO_MINUTES_MS = 120_000;

/** "≈ 6 min", in the steps of the server; it never counts down by itself. */
export function TimeLeft({ ms }: { ms: number | null }) {
  if (ms === null) return <NoValue />;
  return ms < TWO_MINUTES_MS ? 'under 2 min' : `≈ ${formatDuration(ms).replace(/ 00 s$/, '')}`;
}
