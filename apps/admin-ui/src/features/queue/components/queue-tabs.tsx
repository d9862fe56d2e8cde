import type { ListJobsOutput } from '@renderdeck/contract';
import { Link } from '@tanstack/react-router';
import { useCounts } from '../../../api/use-counts.ts';
import { formatNumber } from '../../../components/time/format-time.ts';
import { isTab, QUEUE_TABS } from '../../../components/views/queue-tabs.ts';
import type { QueueFilter } from '../api/queue-search.ts';
import styles from './queue.module.css';

/** The tabs of the list, with how many jobs each has. They keep the other filters. */
export function QueueTabs({ filter }: { filter: QueueFilter }) {
  const { show: _, open: __, status: ___, sort: ____, ...others } = filter;
  const counts = useCounts();
  return (
    <nav aria-label="Which jobs" className={styles.tabs}>
      {QUEUE_TABS.map(({ label, search, countOf }) => (
        <Link
          key={label}
          to="/queue"
          search={{ ...search, ...others }}
          activeOptions={{ exact: true }}
          aria-current={isTab(search, filter) ? 'page' : undefined}
        >
          {label} {counts !== undefined && <Count counts={counts} countOf={countOf} />}
        </Link>
      ))}
    </nav>
  );
}

type CountProps = {
  counts: ListJobsOutput['counts'];
  countOf: (typeof QUEUE_TABS)[number]['countOf'];
};

function Count({ counts, countOf }: CountProps) {
  const { count, isCapped } = countOf(counts);
  return (
    <span className={styles.count}>
      {formatNumber(count)}
      {isCapped && '+'}
    </span>
  );
}
