import { infiniteQueryOptions, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { type Api, useApi } from '../../../api/api.ts';
import type { AuditInput } from './audit-filter.ts';

const PAGE_SIZE = 100;
const LOOK_EVERY_MS = 5_000;
const FIRST_PAGE: { readonly cursor?: string } = {};

function listAuditOptions({ client, trpc }: Api, filter: AuditInput) {
  return infiniteQueryOptions({
    queryKey: trpc.listAudit.infiniteQueryKey({ ...filter, limit: PAGE_SIZE }),
    queryFn: ({ pageParam, signal }) =>
      client.listAudit.query({ ...filter, limit: PAGE_SIZE, ...pageParam }, { signal }),
    initialPageParam: FIRST_PAGE,
    getNextPageParam: ({ nextCursor }) => (nextCursor === null ? null : { cursor: nextCursor }),
    // The lines that are shown stay where they are; new ones are counted instead.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
}

/** The lines of the log, page by page, the newest first. */
export function useAuditList(filter: AuditInput) {
  return useInfiniteQuery(listAuditOptions(useApi(), filter));
}

/** How many lines are newer than the place `head`; at most a page of them are counted. */
export function useNewerCount(filter: AuditInput, head: string | null, enabled: boolean) {
  const { trpc } = useApi();
  const after = head === null ? {} : { after: head };
  const newer = useQuery(
    trpc.listAudit.queryOptions(
      { ...filter, ...after, limit: PAGE_SIZE },
      { enabled, refetchInterval: LOOK_EVERY_MS, staleTime: 0, gcTime: 0 },
    ),
  );
  const count = enabled ? (newer.data?.entries.length ?? 0) : 0;
  return { count, more: newer.data?.nextCursor != null };
}
