import { Box, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useApi } from '../../../api/api.ts';
import { errorMessage } from '../../../api/describe-failure.ts';
import { LinkButton } from '../../../components/link-button.tsx';
import { formatCount, formatTime } from '../../../components/time/format-time.ts';
import { isFiltered, listJobsInput, type QueueFilter, withoutFilter } from '../api/queue-search.ts';
import { SubmitLink } from './submit-link.tsx';

const EMPTY_TEXTS: Readonly<Record<QueueFilter['show'], string>> = {
  active: 'Nothing queued.',
  ended: 'No job has ended so yet.',
  all: 'No job yet.',
};

type EmptyProps = { filter: QueueFilter; setFilter: (filter: QueueFilter) => void };

export function ListIsEmpty({ filter, setFilter }: EmptyProps) {
  if (isFiltered(filter))
    return (
      <Text ta="center" c="dimmed" my={14} py={32}>
        No job matches. <FoundElsewhere filter={filter} />
        <LinkButton onClick={() => setFilter(withoutFilter(filter))}>Clear filter</LinkButton>
      </Text>
    );
  return (
    <Text ta="center" c="dimmed" my={14} py={32}>
      {filter.open === true ? 'No attempt waits for a proof.' : EMPTY_TEXTS[filter.show]}{' '}
      {filter.show === 'active' && <SubmitLink ml={12} />}
    </Text>
  );
}

/** "1 ended job matches. Show ended": what the same filter finds in the other list. */
function FoundElsewhere({ filter }: { filter: QueueFilter }) {
  const { show: _, status: __, open: ___, ...rest } = filter;
  const other = filter.show === 'active' ? 'ended' : 'active';
  const search = { show: other, ...rest } as const;
  const { data } = useQuery(useApi().trpc.listJobs.queryOptions(listJobsInput(search, 0, 1)));
  if (filter.show === 'all' || data === undefined || data.matching.count === 0) return null;
  const { count, capped } = data.matching;
  return (
    <>
      {formatCount(count, `${other} job`)}
      {capped && ' or more'} {count === 1 ? 'matches' : 'match'}.{' '}
      <Link to="/queue" search={search}>
        Show {other}
      </Link>
      {' · '}
    </>
  );
}

export function ListFailed({
  error,
  at,
  onRetry,
}: {
  error: unknown;
  at: number;
  onRetry: () => void;
}) {
  return (
    <Box role="alert" ta="center" c="dimmed" py={32}>
      Queue not loaded. {errorMessage(error)} The last try was at {formatTime(at)}.{' '}
      <LinkButton onClick={onRetry}>Try again</LinkButton>
      <details style={{ marginTop: 8, overflowWrap: 'anywhere' }}>
        <summary>Details</summary>
        <code>{String(error)}</code>
      </details>
    </Box>
  );
}
