import { type RefObject, useEffect, useState } from 'react';

const RECENT_MS = 20_000;
const INPUTS = ['keydown', 'pointermove', 'wheel'] as const;

/** True for 20 s after the last input inside the element, and while its text is selected. */
export function useRecentInput(element: RefObject<HTMLElement | null>): boolean {
  const [recent, setRecent] = useState(false);
  useEffect(() => {
    const node = element.current;
    if (node === null) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onTimeout = () => {
      const selection = document.getSelection();
      if (selection !== null && !selection.isCollapsed && node.contains(selection.anchorNode))
        timer = setTimeout(onTimeout, RECENT_MS);
      else setRecent(false);
    };
    const onInput = () => {
      clearTimeout(timer);
      timer = setTimeout(onTimeout, RECENT_MS);
      setRecent(true);
    };
    for (const input of INPUTS) node.addEventListener(input, onInput, { passive: true });
    return () => {
      clearTimeout(timer);
      for (const input of INPUTS) node.removeEventListener(input, onInput);
    };
  }, [element]);
  return recent;
}
