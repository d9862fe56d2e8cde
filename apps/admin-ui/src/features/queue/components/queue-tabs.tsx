import type { ListJobsInput } from '@renderdeck/contract';
import { Link } from '@tanstack/react-router';
import styles from './queue.module.css';

const TABS = [
  { show: 'active', label: 'Active' },
  { show: 'ended', label: 'Ended' },
  { show: 'all', label: 'All' },
] as const;

export function QueueTabs({ show }: { show: ListJobsInput['show'] }) {
  return (
    <nav aria-label="Which jobs" className={styles.tabs}>
      {TABS.map((tab) => (
        <Link
          key={tab.show}
          to="/queue"
          search={{ show: tab.show }}
          aria-current={tab.show === show ? 'page' : undefined}
        >
          {tab.label}
        </Link>
      ))}
    </nav>
  );
}
