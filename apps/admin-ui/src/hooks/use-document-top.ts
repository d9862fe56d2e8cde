import { type RefObject, useLayoutEffect, useState } from 'react';

/** How far the element is below the top of the document, in pixels. */
export function useDocumentTop(element: RefObject<HTMLElement | null>): number {
  const [top, setTop] = useState(0);
  // The elements above it may change with any render.
  useLayoutEffect(() => {
    const above = element.current?.getBoundingClientRect().top ?? 0;
    setTop(Math.round(above + window.scrollY));
  });
  return top;
}
