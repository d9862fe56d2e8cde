import { type RefObject, useCallback, useEffect, useLayoutEffect, useState } from 'react';
import { throttle } from '../../../live/throttle.ts';
import { PAGE_ROWS } from '../api/job-order.ts';
import { useJobPages } from '../api/list-jobs.ts';
import type { QueueFilter } from '../api/queue-search.ts';
import type { RowRange } from './plan-rows.ts';

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

/** Rows that are rendered above and below the screen. */
const OVERSCAN = 12;
/** The range moves in steps, so that a slow scroll renders once per step. */
const STEP = 8;
/** A fast scroll asks for the pages it passes at most this often. */
const PAGES_EVERY_MS = 120;

/**
 * Which rows of a list with rows of one height are on screen. The window scrolls, not the list.
 * The pages are those of these rows, and one more on each side.
 */
function useRowWindow(
  rows: RefObject<HTMLElement | null>,
  rowHeight: number,
): { range: RowRange; pages: readonly number[]; measure: () => void } {
  const [range, setRange] = useState<RowRange>({ first: 0, last: 3 * STEP + OVERSCAN });
  const [pages, setPages] = useState<readonly number[]>([0]);
  const measure = useCallback(() => {
    const node = rows.current;
    if (node === null) return;
    const next = rangeAt(-node.getBoundingClientRect().top, rowHeight);
    setRange((known) => (known.first === next.first && known.last === next.last ? known : next));
  }, [rows, rowHeight]);

  useLayoutEffect(measure, [measure]);
  useEffect(() => {
    window.addEventListener('scroll', measure, { passive: true });
    window.addEventListener('resize', measure);
    return () => {
      window.removeEventListener('scroll', measure);
      window.removeEventListener('resize', measure);
    };
  }, [measure]);

  const wanted = pagesOf(range).join(' ');
  const [setPagesSoon] = useState(() => latest(setPages));
  useEffect(() => setPagesSoon.call(wanted.split(' ').map(Number)), [setPagesSoon, wanted]);
  useEffect(() => setPagesSoon.cancel, [setPagesSoon]);
  return { range, pages, measure };
}

function rangeAt(scrolledPx: number, rowHeight: number): RowRange {
  const first = Math.floor(scrolledPx / rowHeight) - OVERSCAN;
  const last = Math.ceil((scrolledPx + window.innerHeight) / rowHeight) + OVERSCAN;
  return {
    first: Math.max(0, Math.floor(first / STEP) * STEP),
    last: Math.max(0, Math.ceil(last / STEP) * STEP),
  };
}

function pagesOf({ first, last }: RowRange): number[] {
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
