import type { WireJob } from '@renderdeck/contract';
import { type RefObject, useCallback, useEffect } from 'react';
import { idAt } from '../api/job-order.ts';
import { matchesFilter } from '../api/matches-filter.ts';
import type { QueueFilter } from '../api/queue-search.ts';
import { scrollToRow } from './list-viewport.ts';
import { planRows } from './plan-rows.ts';
import { settleRow } from './settle-row.ts';
import { useFrozenOrder } from './use-frozen-order.ts';
import { useKeptFocus } from './use-kept-focus.ts';
import { useMissingJob } from './use-missing-job.ts';
import { useRememberedRow } from './use-remembered-row.ts';
import { useScrollAnchor } from './use-scroll-anchor.ts';
import { useVisibleJobs } from './use-visible-jobs.ts';

type Options = {
  filter: QueueFilter;
  /** True while a dialog or a menu is open. */
  busy: boolean;
  /** The element that holds the list, and the one whose children are its rows. */
  list: RefObject<HTMLElement | null>;
  rows: RefObject<HTMLElement | null>;
  rowHeight: number;
};

/** The rows that are on screen, and how they hold still while somebody works in the list. */
export function useLiveList({ filter, busy, list, rows, rowHeight }: Options) {
  const { list: server, range, measure, pin } = useVisibleJobs(filter, rows, rowHeight);
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
  useScrollAnchor({ rows, order, rowHeight, focused: hasFocus() ? row : null, measure });
  useKeptFocus(list, row, hasFocus);

  return {
    ...frozen,
    server,
    order,
    plan: planRows(order.count, range, rowIndex),
    /** The job of the one row that the Tab key reaches. */
    tabStop: row === null ? (idAt(order, range.first) ?? null) : row.id,
    /** Focuses the row nearest to this index; returns its job where that is loaded. */
    focusAt(index: number): string | null {
      if (order.count === 0) return null;
      const at = Math.max(0, Math.min(index, order.count - 1));
      if (rows.current !== null) scrollToRow(rows.current, at, rowHeight);
      const id = idAt(order, at) ?? null;
      focus({ index: at, id });
      return id;
    },
  };
}
