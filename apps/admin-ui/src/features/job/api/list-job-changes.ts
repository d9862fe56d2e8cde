import type { WireListedChange } from '@renderdeck/contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useApi } from '../../../api/api.ts';

const PAGE = 500;

/** Every change of one job, oldest first; read again with each new version of it. */
export function useJobChangesOf(id: string, version: number) {
  const { client } = useApi();
  return useQuery({
    queryKey: ['job changes', id, version],
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const changes: WireListedChange[] = [];
      let cursor: string | undefined;
      do {
        const page = await client.listJobChanges.query({ id, limit: PAGE, cursor }, { signal });
        changes.push(...page.changes);
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      return changes;
    },
  });
}
