import type { ListJobsOutput } from '@renderdeck/contract';
import { queryOptions, useQueries } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { type Api, useApi } from '../../../api/api.ts';
import { shareCounts } from '../../../api/use-counts.ts';
import { throttle } from '../../../live/throttle.ts';
import { groupRows, isSameOrder, NO_ORDER, PAGE_ROWS } from '../api/job-order.ts';
import {
  isFiltered,
  listJobsInput,
  type QueueFilter,
  type QueueSearch,
} from '../api/queue-search.ts';

/** The pages of the list with the rows that were last seen, and with those that are pinned. */
export function useVisibleJobs(filter: QueueFilter) {
  const [pinned, pin] = useState<readonly (number | null)[]>([]);
  const [pages, setPages] = useState<readonly number[]>([0]);
  const [setPagesSoon] = useState(() => latest(setPages));
  useEffect(() => setPagesSoon.cancel, [setPagesSoon]);
  const see = useCallback(
    (first: number, last: number) => setPagesSoon.call(pagesOf(first, last)),
    [setPagesSoon],
  );
  const pinnedPages = pinned
    .filter((index) => index !== null)
    .map((index) => Math.floor(index / PAGE_ROWS));
  const wanted = [...new Set([...pages, ...pinnedPages])].sort((a, b) => a - b);
  return { list: useJobPages(filter, wanted), see, pin };
}

export type VisibleJobs = ReturnType<typeof useVisibleJobs>;

/** During a fast scroll, pages are requested at most this often. */
const PAGES_EVERY_MS = 120;

/** The pages of these rows, and one more on each side. */
function pagesOf(first: number, last: number): number[] {
  const from = Math.max(0, Math.floor(first / PAGE_ROWS) - 1);
  const to = Math.floor(last / PAGE_ROWS) + 1;
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

/** Passes the last value on, at most once per interval. */
function latest<Value>(pass: (value: Value) => void) {
  let value: Value;
  const throttled = throttle(() => pass(value), PAGES_EVERY_MS);
  return {
    call(next: Value) {
      value = next;
      throttled.call();
    },
    cancel: throttled.cancel,
  };
}

/** A page that is no longer on screen is soon forgotten, so a long scroll needs little memory. */
const FORGET_MS = 30_000;

function listJobsOptions(api: Api, filter: QueueFilter, page: number) {
  const { client, jobs, trpc } = api;
  const input = listJobsInput(filter, page * PAGE_ROWS, PAGE_ROWS);
  return queryOptions({
    queryKey: trpc.listJobs.queryKey(input),
    queryFn: async ({ signal }) => {
      const answer = await client.listJobs.query(input, { signal });
      jobs.put(answer.jobs);
      shareCounts(api, answer);
      return {
        ids: answer.jobs.map(({ id }) => id),
        counts: answer.counts,
        matching: answer.matching,
        queue: answer.queue,
        isLast: answer.nextCursor === null,
      };
    },
    gcTime: FORGET_MS,
  });
}

/** Asks for the first rows, before the list is drawn. Waits for nothing. */
export function prefetchFirstRows(api: Api, { job: _, ...filter }: QueueSearch): void {
  void api.queryClient.prefetchQuery(listJobsOptions(api, filter, 0));
}

type Page = Pick<ListJobsOutput, 'counts' | 'matching' | 'queue'> & {
  readonly ids: readonly string[];
  readonly isLast: boolean;
};
type Answer = { readonly page: number; readonly data: Page; readonly updatedAt: number };

/**
 * These pages of the list, if it is that long. A change of any job fetches only these pages again,
 * because only they are observed.
 */
function useJobPages(filter: QueueFilter, wanted: readonly number[]) {
  const api = useApi();
  const known = useRef(NO_ORDER);
  const [count, setCount] = useState(0);
  const pages = wanted.filter((page) => page === 0 || page * PAGE_ROWS < count);
  const queries = useQueries({ queries: pages.map((page) => listJobsOptions(api, filter, page)) });
  const answers = queries.flatMap(({ data, dataUpdatedAt }, index): Answer[] =>
    data === undefined ? [] : [{ page: pages[index] ?? 0, data, updatedAt: dataUpdatedAt }],
  );
  const newest = answers.reduce<Answer | null>(
    (best, answer) => (best === null || answer.updatedAt > best.updatedAt ? answer : best),
    null,
  );
  const order = {
    ...(newest === null ? known.current : sizeOf(filter, newest, answers)),
    pages: new Map(answers.map(({ page, data }) => [page, data.ids])),
  };
  if (!isSameOrder(known.current, order)) known.current = order;
  useEffect(() => setCount(order.count), [order.count]);
  const failed = queries.find(({ error }) => error !== null);
  return {
    order: known.current,
    matching: newest?.data.matching,
    queue: newest?.data.queue,
    updatedAt: newest?.updatedAt ?? 0,
    isLoaded: newest !== null,
    error: failed?.error ?? null,
    failedAt: failed?.errorUpdatedAt ?? 0,
    refetch: () => {
      for (const query of queries) void query.refetch();
    },
  };
}

/** How long the list is, by its newest answer. */
function sizeOf(filter: QueueFilter, newest: Answer, answers: readonly Answer[]) {
  const { matching, counts } = newest.data;
  const count = countRows(filter, newest, answers);
  const groups = filter.show === 'ended' ? [] : groupRows(count, matching.running, matching.queued);
  return { count, groups, counts };
}

/** Beyond a limit the server does not count ended jobs. Then the list grows as the user scrolls. */
function countRows(filter: QueueFilter, { data }: Answer, answers: readonly Answer[]): number {
  const { matching, counts } = data;
  if (!matching.capped) return matching.count;
  const active = counts.rendering + counts.cancelling + counts.queued;
  const isAll = !isFiltered(filter) && filter.open === undefined;
  if (isAll && filter.show === 'active') return active;
  const ends = answers.map(
    ({ page, data: { ids, isLast } }) => page * PAGE_ROWS + ids.length + (isLast ? 0 : PAGE_ROWS),
  );
  return Math.max(matching.count, isAll && filter.show === 'all' ? active : 0, ...ends);
}
