import { Box, Text } from '@mantine/core';
import { errorMessage } from '../../../api/describe-failure.ts';
import { LinkButton } from '../../../components/link-button.tsx';
import { formatTime } from '../../../components/time/format-time.ts';
import { isFiltered, type QueueFilter } from '../api/queue-search.ts';
import { SubmitLink } from './submit-link.tsx';

const EMPTY_TEXTS: Readonly<Record<QueueFilter['show'], string>> = {
  active: 'Nothing queued.',
  ended: 'No job has ended yet.',
  all: 'No job yet.',
};

export function ListIsEmpty({ filter, onClear }: { filter: QueueFilter; onClear: () => void }) {
  if (isFiltered(filter))
    return (
      <Text ta="center" c="dimmed" my={14} py={32}>
        No job matches. <LinkButton onClick={onClear}>Clear filter</LinkButton>
      </Text>
    );
  return (
    <Text ta="center" c="dimmed" my={14} py={32}>
      {filter.open === true ? 'No attempt waits for a proof.' : EMPTY_TEXTS[filter.show]}{' '}
      {filter.show === 'active' && <SubmitLink ml={12} />}
    </Text>
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
