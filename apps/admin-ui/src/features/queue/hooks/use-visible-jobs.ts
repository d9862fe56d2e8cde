import { type RefObject, useState } from 'react';
import { PAGE_ROWS } from '../api/job-order.ts';
import { useJobPages } from '../api/list-jobs.ts';
import type { QueueFilter } from '../api/queue-search.ts';
import { useRowWindow } from './use-row-window.ts';

/** The part of the list that is on screen, and the pages of rows that are pinned by their index. */
export function useVisibleJobs(
  filter: QueueFilter,
  rows: RefObject<HTMLElement | null>,
  rowHeight: number,
) {
  const [pinned, pin] = useState<readonly (number | null)[]>([]);
  const { range, pages, measure } = useRowWindow(rows, rowHeight);
  const pinnedPages = pinned
    .filter((index) => index !== null)
    .map((index) => Math.floor(index / PAGE_ROWS));
  const wanted = [...new Set([...pages, ...pinnedPages])].sort((a, b) => a - b);
  return { list: useJobPages(filter, wanted), range, measure, pin };
}

export type VisibleJobs = ReturnType<typeof useVisibleJobs>;
