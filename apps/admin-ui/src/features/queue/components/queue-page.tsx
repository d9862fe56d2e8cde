import { Group } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import type { OpenJobDialog } from '../../../components/job-dialog-request.ts';
import { PageHeading } from '../../../components/page-heading.tsx';
import { ViewOnly } from '../../../components/view-only.tsx';
import type { QueueFilter, QueueSearch } from '../api/queue-search.ts';
import { FilterBar } from './filter-bar.tsx';
import { JobList } from './job-list.tsx';
import styles from './queue.module.css';
import { SubmitLink } from './submit-link.tsx';

const JobPanel = lazy(async () => ({ default: (await import('./job-panel.tsx')).JobPanel }));

type Props = {
  search: QueueSearch;
  /** Replaces the address of the page. */
  setSearch: (search: QueueSearch) => void;
  dialogOpen: boolean;
  openJobDialog: OpenJobDialog;
};

const TABS = [
  { show: 'active', label: 'Active' },
  { show: 'ended', label: 'Ended' },
  { show: 'all', label: 'All' },
  { show: 'all', open: true, label: 'Not proven' },
] as const;

/** The tabs of the list. They keep the other filters, but not the status: few tabs have it. */
function QueueTabs({ filter }: { filter: QueueFilter }) {
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

/** The live list of jobs: running jobs first, then queued jobs in queue order. */
export function QueuePage({ search, setSearch, dialogOpen, openJobDialog }: Props) {
  const { job, ...filter } = search;
  const wide = useMediaQuery('(min-width: 1600px)', false, { getInitialValueInEffect: false });
  return (
    <>
      <PageHeading title="Queue">
        <QueueTabs filter={filter} />
        <SubmitLink ml="auto" />
      </PageHeading>
      <ViewOnly />
      <FilterBar filter={filter} onChange={setSearch} />
      <Group gap={16} align="flex-start" wrap="nowrap">
        <JobList
          key={JSON.stringify(filter)}
          filter={filter}
          selected={job ?? null}
          onSelect={(id) => wide && setSearch({ ...filter, job: id })}
          onClearFilter={() => setSearch({ show: filter.show })}
          dialogOpen={dialogOpen}
          openJobDialog={openJobDialog}
        />
        {wide && job !== undefined && (
          <Suspense>
            <JobPanel key={job} id={job} onClose={() => setSearch(filter)} />
          </Suspense>
        )}
      </Group>
    </>
  );
}
