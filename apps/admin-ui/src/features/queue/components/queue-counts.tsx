import type { ListJobsOutput } from '@renderdeck/contract';
import { Link } from '@tanstack/react-router';
import { formatCount, formatNumber } from '../../../components/time/format-time.ts';
import { isFiltered, type QueueFilter } from '../api/queue-search.ts';

type Props = {
  counts: ListJobsOutput['counts'] | undefined;
  matching: ListJobsOutput['matching'] | undefined;
  filter: QueueFilter;
};

/** "12 rendering · 300 queued · 1 not proven"; the last counts attempts and links to their jobs. */
export function QueueCounts({ counts, matching, filter }: Props) {
  if (counts === undefined || matching === undefined) return <p> </p>;
  const parts = [
    `${formatNumber(counts.rendering)} rendering`,
    `${formatNumber(counts.queued)} queued`,
  ];
  if (counts.cancelling > 0) parts.push(`${formatNumber(counts.cancelling)} stopping`);
  const listed = `${formatCount(matching.count, 'job')}${matching.capped ? ' or more' : ''}`;
  return (
    <p>
      {isFiltered(filter) && <>{listed} of </>}
      {filter.show === 'ended' && !isFiltered(filter) && <>{listed} ended · </>}
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
