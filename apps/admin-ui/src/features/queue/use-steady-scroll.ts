import { type RefObject, useLayoutEffect, useRef } from 'react';

/** Keeps the focused row, else the first visible one, at the same height on screen when the order of rows changes. */
export function useSteadyScroll(
  ids: readonly string[],
  table: RefObject<HTMLElement | null>,
): void {
  const anchor = useRef<{ id: string; top: number } | null>(null);
  useLayoutEffect(() => {
    const rows = table.current;
    if (rows === null) return;
    const before = anchor.current;
    const row = before === null ? null : rows.querySelector(`[data-job="${before.id}"]`);
    if (before !== null && row !== null && window.scrollY > 0)
      window.scrollBy(0, row.getBoundingClientRect().top - before.top);
    const remember = () => {
      anchor.current = anchorOf(rows);
    };
    remember();
    document.addEventListener('scroll', remember, { passive: true });
    rows.addEventListener('focusin', remember);
    return () => {
      // The last look before the rows move.
      remember();
      document.removeEventListener('scroll', remember);
      rows.removeEventListener('focusin', remember);
    };
  }, [ids, table]);
}

function anchorOf(table: HTMLElement): { id: string; top: number } | null {
  const rows = [...table.querySelectorAll<HTMLElement>('[data-job]')];
  const row =
    rows.find((candidate) => candidate.contains(document.activeElement)) ?? rows.find(isVisible);
  const id = row?.dataset.job;
  return row === undefined || id === undefined
    ? null
    : { id, top: row.getBoundingClientRect().top };
}

function isVisible(row: HTMLElement): boolean {
  return row.getBoundingClientRect().top >= 44;
}
