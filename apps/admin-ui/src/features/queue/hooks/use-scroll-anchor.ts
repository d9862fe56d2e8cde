import { type RefObject, useLayoutEffect, useRef } from 'react';
import { idAt, indexOf, type JobOrder, type RowPlace } from '../api/job-order.ts';
import { firstVisible, rowViewport } from './list-viewport.ts';

type Options = {
  readonly rows: RefObject<HTMLElement | null>;
  readonly order: JobOrder;
  readonly rowHeight: number;
  /** The focused row; null while no row has focus. */
  readonly focused: RowPlace | null;
  /** Measures which rows are on screen. */
  readonly measure: () => void;
};

/** Keeps the focused row, else the first visible one, in place on screen when the order changes. */
export function useScrollAnchor({ rows, order, rowHeight, focused, measure }: Options): void {
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
    window.scrollBy(0, (to - from) * rowHeight);
    measure();
  }, [order, rows, rowHeight, focused, measure]);
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
    const at = rows.getBoundingClientRect().top + indexOf(order, focusedId) * rowHeight;
    if (at >= top - rowHeight && at < bottom) return focusedId;
  }
  return window.scrollY > 0 ? (idAt(order, firstVisible(rows, rowHeight)) ?? null) : null;
}
