import type { ListJobsOutput } from '@renderdeck/contract';
import { Link } from '@tanstack/react-router';
import { formatNumber } from '../../../components/time/format-time.ts';

/** "12 rendering · 300 queued · 1 not proven"; the last counts attempts and links to their jobs. */
export function QueueCounts({ counts }: { counts: ListJobsOutput['counts'] | undefined }) {
  if (counts === undefined) return <p> </p>;
  const parts = [
    `${formatNumber(counts.rendering)} rendering`,
    `${formatNumber(counts.queued)} queued`,
  ];
  if (counts.cancelling > 0) parts.push(`${formatNumber(counts.cancelling)} stopping`);
  return (
    <p>
      {parts.join(' · ')}
      {counts.open > 0 && (
        <>
          {' · '}
          <Link to="/queue" search={{ show: 'all', open: true }}>
            {formatNumber(counts.open)} not proven
          </Link>
        </>
      )}
    </p>
  );
}
