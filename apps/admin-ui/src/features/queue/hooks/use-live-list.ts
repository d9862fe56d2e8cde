import { isFinal, type WireJob } from '@renderdeck/contract';
import { useQuery } from '@tanstack/react-query';
import { type RefObject, useCallback, useEffect, useLayoutEffect } from 'react';
import { useApi } from '../../../api/api.ts';
import { idAt, indexOf, PAGE_ROWS, type RowPlace, settleRow } from '../api/job-order.ts';
import { isFiltered, matchesFilter, type QueueFilter } from '../api/queue-search.ts';
import { useRowWindow, useScrollAnchor } from './list-viewport.ts';
import { planRows } from './plan-rows.ts';
import { useFrozenOrder } from './use-frozen-order.ts';
import { useRememberedRow } from './use-remembered-row.ts';
import { useVisibleJobs, type VisibleJobs } from './use-visible-jobs.ts';

type Options = {
  filter: QueueFilter;
  /** True while a dialog or a menu is open. */
  busy: boolean;
  /** The element that holds the list, and the one whose children are its rows. */
  list: RefObject<HTMLElement | null>;
  rows: RefObject<HTMLElement | null>;
  rowHeight: number;
};

/** The rows on screen. Their order does not change while the user works in the list. */
export function useLiveList({ filter, busy, list, rows, rowHeight }: Options) {
  const { list: server, see, pin } = useVisibleJobs(filter);
  const { row: remembered, hasFocus, focus } = useRememberedRow(list);
  const missing = useMissingJob(hasFocus() ? (remembered?.id ?? null) : null, filter, server);
  const inList = useCallback((job: WireJob) => matchesFilter(job, filter), [filter]);
  const { order, ...frozen } = useFrozenOrder(server, {
    busy,
    isSought: missing.isSought,
    table: list,
    inList,
  });
  const row = remembered === null ? null : settleRow(remembered, order);
  const rowIndex = row?.index ?? null;
  useEffect(() => pin([rowIndex, missing.index]), [pin, rowIndex, missing.index]);
  const { count, groups } = order;
  const view = useRowWindow({ rows, count, groups, rowHeight, kept: rowIndex });
  const near = view.indexes.filter((index) => index !== rowIndex);
  const first = near[0] ?? 0;
  const last = near.at(-1) ?? 0;
  useEffect(() => see(first, last), [see, first, last]);
  useScrollAnchor({ rows, order, rowHeight, focused: hasFocus() ? row : null });
  useKeptFocus(list, row, hasFocus);

  return {
    ...frozen,
    server,
    order,
    plan: planRows(order, view.indexes),
    /** The job of the one row that the Tab key reaches. */
    tabStop: row === null ? (idAt(order, first) ?? null) : row.id,
    /** Focuses the row nearest to this index; returns its job if that is loaded. */
    focusAt(index: number): string | null {
      if (order.count === 0) return null;
      const at = Math.max(0, Math.min(index, order.count - 1));
      view.scrollToRow(at);
      const id = idAt(order, at) ?? null;
      focus({ index: at, id });
      return id;
    },
  };
}

/** Gives focus back to the row when its element is new, while the list has focus. */
function useKeptFocus(
  list: RefObject<HTMLElement | null>,
  row: RowPlace | null,
  hasFocus: () => boolean,
): void {
  useLayoutEffect(() => {
    if (!hasFocus() || !isFree(list.current)) return;
    if (row === null) document.querySelector('h1')?.focus({ preventScroll: true });
    else if (row.id !== null) focusRow(list.current, row.id);
  });
}

/** True while focus is in the list, or was lost with an element of it. */
function isFree(list: HTMLElement | null): boolean {
  const { activeElement } = document;
  return activeElement === document.body || list?.contains(activeElement) === true;
}

function focusRow(list: HTMLElement | null, id: string): void {
  const row = list?.querySelector(`[data-job="${id}"]`);
  if (row === null || row === undefined || row.contains(document.activeElement)) return;
  row.querySelector<HTMLElement>('a')?.focus({ preventScroll: true });
}

/**
 * Finds the focused job when a new order moves it out of the loaded pages. During the search the
 * old order stays, so that the job keeps its height on screen when the new order comes. `index` is
 * its new place: null without a search, and if its place cannot be known.
 */
function useMissingJob(
  id: string | null,
  filter: QueueFilter,
  { order, updatedAt }: VisibleJobs['list'],
): { index: number | null; isSought: boolean } {
  const { client, jobs } = useApi();
  const job = id === null ? undefined : jobs.get(id);
  const isMissing =
    id !== null && job !== undefined && !isFinal(job.status) && indexOf(order, id) < 0;
  const isKnowable = filter.show !== 'ended' && filter.open === undefined && !isFiltered(filter);
  const enabled = isMissing && isKnowable && order.count > 0;
  const { data, isPending } = useQuery({
    queryKey: ['place of job', id, updatedAt],
    enabled,
    gcTime: 0,
    queryFn: async ({ signal }) => {
      const found = await client.getJob.query({ id: id ?? '' }, { signal });
      return { position: found.job.position };
    },
  });
  if (!enabled) return { index: null, isSought: false };
  if (isPending) return { index: null, isSought: true };
  if (data === undefined) return { index: null, isSought: false };
  const running = (order.counts?.rendering ?? 0) + (order.counts?.cancelling ?? 0);
  const index = data.position === null ? 0 : running + data.position - 1;
  return { index, isSought: !order.pages.has(Math.floor(index / PAGE_ROWS)) };
}
