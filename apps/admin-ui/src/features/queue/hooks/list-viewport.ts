import { defaultRangeExtractor, useWindowVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { whenIdle } from '../../../components/when-idle.ts';
import { useDocumentTop } from '../../../hooks/use-document-top.ts';
import { idAt, indexOf, type JobOrder, type RowGroup, type RowPlace } from '../api/job-order.ts';

/** The height of the heading of a group. */
const GROUP_PX = 32;
/** Heights of what stays on screen above and below the rows while the window scrolls. */
const HEADER_PX = 44;
const FILTER_PX = 40;
const COLUMNS_PX = 28;
const FOOTER_PX = 28;

/** The part of the window in which rows are seen. */
function rowViewport(): { top: number; bottom: number } {
  return {
    top: HEADER_PX + FILTER_PX + COLUMNS_PX + GROUP_PX,
    bottom: window.innerHeight - FOOTER_PX,
  };
}

/** How far a row is below the top of the list, headings of groups included. */
function rowTop(index: number, { groups }: JobOrder, rowHeight: number): number {
  const headings = groups.filter((group) => group.index <= index).length;
  return index * rowHeight + headings * GROUP_PX;
}

/** Index of the first row that is completely on screen. */
function firstVisible(rows: HTMLElement, order: JobOrder, rowHeight: number): number {
  const y = rowViewport().top - rows.getBoundingClientRect().top;
  const headings = order.groups.filter(
    ({ index }) => rowTop(index, order, rowHeight) - GROUP_PX < y,
  ).length;
  return Math.max(0, Math.ceil((y - headings * GROUP_PX) / rowHeight));
}

/** How many whole rows the screen shows. */
export function rowsOnScreen(rowHeight: number): number {
  const { top, bottom } = rowViewport();
  return Math.max(1, Math.floor((bottom - top) / rowHeight) - 1);
}

/** Rows that are rendered above and below the screen, once the rows on screen are drawn. */
const OVERSCAN = 16;

type WindowOptions = {
  readonly rows: RefObject<HTMLElement | null>;
  readonly count: number;
  readonly groups: readonly RowGroup[];
  readonly rowHeight: number;
  /** The row to render wherever it is; null for none. */
  readonly kept: number | null;
};

/** The indexes of the rows to render. The window scrolls, not the list. */
export function useRowWindow({ rows, count, groups, rowHeight, kept }: WindowOptions) {
  const { top, bottom } = rowViewport();
  const [overscan, setOverscan] = useState(0);
  useEffect(() => whenIdle(() => setOverscan(OVERSCAN)), []);
  const virtualizer = useWindowVirtualizer({
    count,
    // The heading of a group belongs to the first row of the group.
    estimateSize: (row) => rowHeight + (groups.some(({ index }) => index === row) ? GROUP_PX : 0),
    overscan,
    scrollMargin: useDocumentTop(rows),
    scrollPaddingStart: top,
    scrollPaddingEnd: window.innerHeight - bottom,
    rangeExtractor: (range) => {
      const near = defaultRangeExtractor(range);
      if (kept === null || kept >= range.count || near.includes(kept)) return near;
      return [...near, kept].sort((a, b) => a - b);
    },
  });
  // A table turns into cards of another height, or a group begins at another row.
  const starts = groups.map(({ index }) => index).join();
  useLayoutEffect(() => {
    if (rowHeight > 0 && starts !== null) virtualizer.measure();
  }, [virtualizer, rowHeight, starts]);
  return {
    indexes: virtualizer.getVirtualItems().map(({ index }) => index),
    scrollToRow: (index: number) => virtualizer.scrollToIndex(index, { align: 'auto' }),
  };
}

type Options = {
  readonly rows: RefObject<HTMLElement | null>;
  readonly order: JobOrder;
  readonly rowHeight: number;
  /** The focused row; null while no row has focus. */
  readonly focused: RowPlace | null;
};

/** Keeps the focused row, else the first visible one, in place on screen when the order changes. */
export function useScrollAnchor({ rows, order, rowHeight, focused }: Options): void {
  const before = useRef(order);
  useLayoutEffect(() => {
    const old = before.current;
    before.current = order;
    const node = rows.current;
    if (old === order || node === null) return;
    const anchor = anchorOf(node, old, rowHeight, focused);
    if (anchor === null) return;
    const from = indexOf(old, anchor);
    const to = indexOf(order, anchor);
    if (from < 0 || to < 0 || from === to) return;
    window.scrollBy(0, rowTop(to, order, rowHeight) - rowTop(from, old, rowHeight));
  }, [order, rows, rowHeight, focused]);
}

function anchorOf(
  rows: HTMLElement,
  order: JobOrder,
  rowHeight: number,
  focused: RowPlace | null,
): string | null {
  const { top, bottom } = rowViewport();
  const focusedId = focused?.id ?? null;
  if (focusedId !== null) {
    const below = rowTop(indexOf(order, focusedId), order, rowHeight);
    const at = rows.getBoundingClientRect().top + below;
    if (at >= top - rowHeight && at < bottom) return focusedId;
  }
  return window.scrollY > 0 ? (idAt(order, firstVisible(rows, order, rowHeight)) ?? null) : null;
}
