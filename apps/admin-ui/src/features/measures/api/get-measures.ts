import type { MeasureRange } from '@renderdeck/contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useApi } from '../../../api/api.ts';

/** What the farm did in this range, read again each minute. Another range keeps the old numbers. */
export function useMeasures(range: MeasureRange) {
  const options = useApi().trpc.getMeasures.queryOptions({ range }, { refetchInterval: 60_000 });
  return useQuery({ ...options, placeholderData: keepPreviousData });
}
