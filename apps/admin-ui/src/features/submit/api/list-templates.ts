import type { ListTemplatesOutput } from '@renderdeck/contract';
import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../../api/api.ts';

const STALE_MS = 60_000;
const NONE: ListTemplatesOutput['templates'] = [];

/** The templates of recent jobs with their compositions, the newest first. */
export function useTemplates(): ListTemplatesOutput['templates'] {
  const { trpc } = useApi();
  const { data } = useQuery(trpc.listTemplates.queryOptions(undefined, { staleTime: STALE_MS }));
  return data?.templates ?? NONE;
}
