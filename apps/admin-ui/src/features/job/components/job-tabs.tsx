import { Link } from '@tanstack/react-router';
import styles from './job-page.module.css';
import { JOB_TABS, type JobTab } from './job-tab.ts';

const LABELS: Readonly<Record<JobTab, string>> = {
  overview: 'Overview',
  log: 'Log',
  definition: 'Definition',
  history: 'History',
};

/** Links to the parts of the page; each has its own address. */
export function JobTabs({ id, tab }: { id: string; tab: JobTab }) {
  return (
    <nav aria-label="Parts of the job" className={styles.tabs}>
      {JOB_TABS.map((name) => (
        <Link
          key={name}
          to="/jobs/$id"
          params={{ id }}
          search={name === 'overview' ? {} : { tab: name }}
          activeOptions={{ exact: true }}
          aria-current={name === tab ? 'page' : undefined}
        >
          {LABELS[name]}
        </Link>
      ))}
    </nav>
  );
}
