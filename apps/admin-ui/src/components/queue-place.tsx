import { useQueuedCount } from '../api/queued-count.ts';
import { formatNumber } from './time/format-time.ts';

/**
 * "Position 7 of 312"; without the second number until it is known, and where it is older. Of a job
 * with tags it says that jobs count whose tags are others.
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
