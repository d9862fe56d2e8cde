import type { ListJobsOutput } from '@renderdeck/contract';
import { Link } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useApi } from '../../../api/api.ts';
import { LinkButton } from '../../../components/link-button.tsx';
import { formatCount, formatNumber } from '../../../components/time/format-time.ts';
import { isFiltered, type QueueFilter } from '../api/queue-search.ts';
import type { PendingChanges } from '../hooks/pending-changes.ts';
import type { FrozenOrder } from '../hooks/use-frozen-order.ts';
import type { VisibleJobs } from '../hooks/use-visible-jobs.ts';
import styles from './queue.module.css';

type Props = {
  filter: QueueFilter;
  list: Omit<FrozenOrder, 'order'> & { server: VisibleJobs['list'] };
  /** Whether the last copy worked. */
  message: string | null;
};

/** The line above the rows, always of one height: the counts, and the changes not shown yet. */
export function ListStrip({ filter, list, message }: Props) {
  const { server, frozen, pending, showNewOrder } = list;
  return (
    <div className={styles.strip}>
      <QueueCounts counts={server.counts} matching={server.matching} filter={filter} />
      <div className={styles.news}>
        <p>{message}</p>
        {frozen && <PendingChangesNotice changes={pending} onShow={showNewOrder} />}
      </div>
    </div>
  );
}

/** "3 moved, 2 new, 1 ended. Show new order U"; empty while nothing has changed. */
function PendingChangesNotice({
  changes,
  onShow,
}: {
  changes: PendingChanges;
  onShow: () => void;
}) {
  const parts = [
    { count: changes.moved.size, label: 'moved' },
    { count: changes.added.size, label: 'new' },
    { count: changes.ended.size, label: 'ended' },
  ].filter(({ count }) => count > 0);
  const { announcer } = useApi();
  const changed = parts.length > 0;
  useEffect(() => {
    if (changed) announcer.say('Order changed. Press U to show it.');
  }, [announcer, changed]);
  if (parts.length === 0) return null;
  return (
    <p className={styles.pending}>
      {parts.map(({ count, label }) => `${formatNumber(count)} ${label}`).join(', ')}.{' '}
      <LinkButton aria-keyshortcuts="U" onClick={onShow}>
        Show new order <kbd>U</kbd>
      </LinkButton>
    </p>
  );
}

type QueueCountsProps = {
  counts: ListJobsOutput['counts'] | undefined;
  matching: ListJobsOutput['matching'] | undefined;
  filter: QueueFilter;
};

/** "12 rendering · 300 queued · 1 not proven"; the last counts attempts and links to their jobs. */
function QueueCounts({ counts, matching, filter }: QueueCountsProps) {
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
