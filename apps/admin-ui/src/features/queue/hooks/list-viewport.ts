/** Heights of what stays on screen above and below the rows while the window scrolls. */
const HEADER_PX = 44;
const STRIP_PX = 32;
const COLUMNS_PX = 40;
const FOOTER_PX = 28;

/** The part of the window in which rows are seen. */
export function rowViewport(): { top: number; bottom: number } {
  return {
    top: HEADER_PX + STRIP_PX + COLUMNS_PX,
    bottom: window.innerHeight - FOOTER_PX,
  };
}

/** Index of the first row that is whole on screen. */
export function firstVisible(rows: HTMLElement, rowHeight: number): number {
  const { top } = rowViewport();
  return Math.max(0, Math.ceil((top - rows.getBoundingClientRect().top) / rowHeight));
}

/** How many whole rows the screen shows. */
export function rowsOnScreen(rowHeight: number): number {
  const { top, bottom } = rowViewport();
  return Math.max(1, Math.floor((bottom - top) / rowHeight) - 1);
}

/** Scrolls no further than needed to show the row. */
export function scrollToRow(rows: HTMLElement, index: number, rowHeight: number): void {
  const { top, bottom } = rowViewport();
  const rowTop = rows.getBoundingClientRect().top + index * rowHeight;
  if (rowTop < top) window.scrollBy(0, rowTop - top);
  else if (rowTop + rowHeight > bottom) window.scrollBy(0, rowTop + rowHeight - bottom);
}
