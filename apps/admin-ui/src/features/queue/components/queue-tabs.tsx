import { Link } from '@tanstack/react-router';
import type { QueueFilter } from '../api/queue-search.ts';
import styles from './queue.module.css';

const TABS = [
  { show: 'active', label: 'Active' },
  { show: 'ended', label: 'Ended' },
  { show: 'all', label: 'All' },
  { show: 'all', open: true, label: 'Not proven' },
] as const;

/** Which part of the list is shown. The other filters stay; a status is only of some tabs. */
export function QueueTabs({ filter }: { filter: QueueFilter }) {
  const { show, open: isOpen, status: _, ...others } = filter;
  return (
    <nav aria-label="Which jobs" className={styles.tabs}>
      {TABS.map(({ label, ...tab }) => {
        const isCurrent = tab.show === show && 'open' in tab === (isOpen === true);
        return (
          <Link
            key={label}
            to="/queue"
            search={{ ...tab, ...others }}
            activeOptions={{ exact: true }}
            aria-current={isCurrent ? 'page' : undefined}
          >
            {label}
          </Link>
        );
      })}
    </nav>
  );
}
