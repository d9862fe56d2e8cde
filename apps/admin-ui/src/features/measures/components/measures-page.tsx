import { Box, Button, Text } from '@mantine/core';
import { MEASURE_RANGES, type MeasureRange } from '@renderdeck/contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useApi } from '../../../api/api.ts';
import { PageHeading } from '../../../components/page-heading.tsx';
import { formatTime } from '../../../components/time/format-time.ts';
import styles from './measures.module.css';
import { Measures } from './measures.tsx';

const RANGE_LABELS = { '24h': '24 hours', '7d': '7 days', '30d': '30 days' } as const;

/** What the farm did in the last day, week or month. */
export function MeasuresPage({ range }: { readonly range: MeasureRange }) {
  const { data, isError, refetch } = useMeasures(range);
  return (
    <>
      <PageHeading title="Measures">
        <nav aria-label="Range" className={styles.ranges}>
          {MEASURE_RANGES.map((one) => (
            <Link
              key={one}
              to="/measures"
              search={{ range: one }}
              aria-current={one === range ? 'page' : undefined}
            >
              {RANGE_LABELS[one]}
            </Link>
          ))}
        </nav>
        {data === undefined ? null : (
          <Text span fz={12} c="dimmed" ml="auto">
            counted {formatTime(data.at)}, the last step is not over
          </Text>
        )}
      </PageHeading>
      {isError ? (
        <Text role="alert" c="var(--rd-error)" my={14}>
          Measures not loaded. <Button onClick={() => void refetch()}>Try again</Button>
        </Text>
      ) : null}
      {data === undefined ? <Box mih={520} aria-hidden="true" /> : <Measures measures={data} />}
    </>
  );
}

/** The measures of this range, read again each minute. Old values stay while new ones load. */
function useMeasures(range: MeasureRange) {
  const options = useApi().trpc.getMeasures.queryOptions({ range }, { refetchInterval: 60_000 });
  return useQuery({ ...options, placeholderData: keepPreviousData });
}
