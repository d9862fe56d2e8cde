import type { ListJobsInput } from '@renderdeck/contract';
import { Link } from '@tanstack/react-router';
import styles from './queue.module.css';

const TABS = [
  { search: { show: 'active' }, label: 'Active' },
  { search: { show: 'ended' }, label: 'Ended' },
  { search: { show: 'all' }, label: 'All' },
  { search: { show: 'all', open: true }, label: 'Not proven' },
] as const;

export function QueueTabs({ show, open }: Pick<ListJobsInput, 'show' | 'open'>) {
  return (
    <nav aria-label="Which jobs" className={styles.tabs}>
      {TABS.map(({ search, label }) => (
        <Link
          key={label}
          to="/queue"
          search={search}
          activeOptions={{ exact: true }}
          aria-current={
            search.show === show && 'open' in search === (open ?? false) ? 'page' : undefined
          }
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}
