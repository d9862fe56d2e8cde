import { type RefObject, useLayoutEffect } from 'react';
import type { RowPlace } from './settle-row.ts';

/** Gives focus back to the row when its element is new, while the list has focus. */
export function useKeptFocus(
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
