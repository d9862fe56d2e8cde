import { type RefObject, useLayoutEffect, useRef } from 'react';

const HEADER_PX = 44;

/** Keeps the focused row, else the first visible one, in place on screen when the order changes. */
export function useScrollAnchor(
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
    const measure = () => {
      anchor.current = anchorOf(rows);
    };
    measure();
    document.addEventListener('scroll', measure, { passive: true });
    rows.addEventListener('focusin', measure);
    return () => {
      // Measure once more just before the rows move.
      measure();
      document.removeEventListener('scroll', measure);
      rows.removeEventListener('focusin', measure);
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
  return row.getBoundingClientRect().top >= HEADER_PX;
}
