import { Group } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { Suspense, useState } from 'react';
import type { OpenJobDialog } from '../../../components/job-dialog-request.ts';
import { lazyChunk } from '../../../components/lazy-chunk.ts';
import { PageHeading } from '../../../components/page-heading.tsx';
import { ViewOnly } from '../../../components/view-only.tsx';
import type { QueueSearch } from '../api/queue-search.ts';
import { FailedFor } from './failed-for.tsx';
import { FilterBar } from './filter-bar.tsx';
import { JobList } from './job-list.tsx';
import { QueueTabs } from './queue-tabs.tsx';
import { SubmitLink } from './submit-link.tsx';

const { Component: JobPanel } = lazyChunk(async () => (await import('./job-panel.tsx')).JobPanel);

type Props = {
  search: QueueSearch;
  /** Replaces the address of the page. */
  setSearch: (search: QueueSearch) => void;
  dialogOpen: boolean;
  openJobDialog: OpenJobDialog;
};

/** The live list of jobs: running jobs first, then queued jobs in queue order. */
export function QueuePage({ search, setSearch, dialogOpen, openJobDialog }: Props) {
  const { job, ...filter } = search;
  const wide = useMediaQuery('(min-width: 1600px)', false, { getInitialValueInEffect: false });
  const [notice, setNotice] = useState<HTMLElement | null>(null);
  return (
    <>
      <PageHeading title="Queue">
        <QueueTabs filter={filter} />
        <SubmitLink ml="auto" />
      </PageHeading>
      <ViewOnly />
      <FilterBar filter={filter} onChange={setSearch} notice={setNotice} />
      <FailedFor filter={filter} />
      <Group gap={16} align="flex-start" wrap="nowrap">
        <JobList
          key={JSON.stringify(filter)}
          filter={filter}
          notice={notice}
          selected={job ?? null}
          onSelect={(id) => wide && setSearch({ ...filter, job: id })}
          setFilter={setSearch}
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
