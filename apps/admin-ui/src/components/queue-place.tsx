import { useQueuedCount } from '../api/use-counts.ts';
import { formatNumber } from './time/format-time.ts';

/**
 * "Position 7 of 312"; without the second number until it is known, or if that number is out of
 * date. For a job with tags it adds "in the whole queue", because jobs with other tags count too.
 */
export function QueuePlace({ position, tagged = false }: { position: number; tagged?: boolean }) {
  const { queued } = useQueuedCount();
  return (
    <>
      Position {formatNumber(position)}
      {queued !== undefined && queued >= position && ` of ${formatNumber(queued)}`}
      {tagged && ' in the whole queue'}
    </>
  );
}
