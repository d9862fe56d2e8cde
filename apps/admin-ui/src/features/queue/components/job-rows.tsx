import type { QueueFilter } from '../api/queue-search.ts';
import type { VisibleJobs } from '../hooks/use-visible-jobs.ts';
import { JobCards } from './job-cards.tsx';
import { JobTable } from './job-table.tsx';
import { ListFailed, ListIsEmpty } from './queue-states.tsx';
import type { RowsProps } from './rows-props.ts';

type Props = {
  filter: QueueFilter;
  server: VisibleJobs['list'];
  narrow: boolean;
  onClearFilter: () => void;
  rows: RowsProps;
};

/** The rows, or why there are none. */
export function JobRows({ filter, server, narrow, onClearFilter, rows }: Props) {
  const { isLoaded, error } = server;
  return (
    <>
      {narrow ? (
        <JobCards {...rows} />
      ) : (
        <JobTable {...rows} show={filter.show} loading={!isLoaded && error === null} />
      )}
      {isLoaded && rows.order.count === 0 && (
        <ListIsEmpty filter={filter} onClear={onClearFilter} />
      )}
      {!isLoaded && error !== null && (
        <ListFailed error={error} at={server.failedAt} onRetry={server.refetch} />
      )}
    </>
  );
}
