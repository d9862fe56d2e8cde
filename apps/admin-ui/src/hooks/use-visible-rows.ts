import { type RefObject, useEffect, useState } from 'react';

/** Rows beyond the window's edges, so that a short scroll shows no gap. */
const MARGIN_ROWS = 20;
const FIRST = { first: 0, last: 60 };

/**
 * Which rows of a long list are on the screen, or near it. The document scrolls, and each row is
 * `rowPx` high; `body` holds the rows and the space of those that are not rendered.
 */
export function useVisibleRows(
  body: RefObject<HTMLElement | null>,
  count: number,
  rowPx: number,
): { readonly first: number; readonly last: number } {
  const [range, setRange] = useState(FIRST);
  useEffect(() => {
    const measure = () => {
      const top = body.current?.getBoundingClientRect().top ?? 0;
      const seen = Math.floor(Math.max(0, -top) / rowPx);
      const first = Math.max(0, seen - MARGIN_ROWS);
      const last = seen + Math.ceil(window.innerHeight / rowPx) + MARGIN_ROWS;
      setRange((known) =>
        Math.abs(known.first - first) < MARGIN_ROWS / 2 &&
        Math.abs(known.last - last) < MARGIN_ROWS / 2
          ? known
          : { first, last },
      );
    };
    measure();
    window.addEventListener('scroll', measure, { passive: true });
    window.addEventListener('resize', measure);
    return () => {
      window.removeEventListener('scroll', measure);
      window.removeEventListener('resize', measure);
    };
  }, [body, rowPx]);
  return { first: Math.min(range.first, count), last: Math.min(range.last, count) };
}
